import { type HttpListener, maintenanceWindow } from '@trunkline/http-server';
import type { ChannelFeature } from '../../channel-feature';

type Dependencies = {
  readonly listener: HttpListener;
};

/** Rejects requests of a channel that is in maintenance: by its configuration, or by an operator while the bus runs. */
export const maintenance = {
  options: {
    maintenance: maintenanceWindow.optional().describe('Puts the channel into maintenance: 503 `MAINTENANCE`'),
  },
  onRequest: ({ name }, { listener }) => listener.maintenance.createStep(name),
  describe: () => ({ codes: ['MAINTENANCE'] }),
} satisfies ChannelFeature<unknown, Dependencies>;

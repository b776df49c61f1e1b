import { duration } from '@trunkline/config';
import { z } from 'zod';

/** Schema of `stream` of a channel. */
export const streamOption = z
  .strictObject({
    maxDuration: duration({ min: 1, max: '24d' })
      .prefault('1h')
      .describe(
        'Longest time of a stream after its first item or byte, for which `timeout` counts. Then server-sent events end, and clients reconnect; other streams fail',
      ),
    heartbeat: duration({ min: '1s', max: '10m' })
      .prefault('15s')
      .describe('Time without an event after which a comment keeps the connection of server-sent events open'),
  })
  .prefault({})
  .describe('Responses of services that return an async iterable or a stream of bytes');

/** The keys of the feature. */
export interface StreamOptions {
  readonly stream: z.output<typeof streamOption>;
}

import type { Logger } from '@trunkline/telemetry';
import type { ConnectionSettings } from '../configuration/connection-settings';
import { AuthorizedTransport } from '../oauth/authorized-transport';
import { troubledBy } from '../chaos/troubled';
import { type Attempt, within } from './attempt';
import { followRedirects } from './redirects';
import { Transport } from './transport';

/** What the way to an upstream gets from the bus. */
export interface UpstreamEnvironment {
  readonly logger: Logger;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
}

/** An upstream as it is without any policy: sockets, credentials, redirects, and trouble on purpose. */
export class Upstream {
  readonly attempt: Attempt;
  readonly #transport: Transport | AuthorizedTransport;

  constructor(settings: ConnectionSettings, { logger, random }: UpstreamEnvironment) {
    const { name: connection, origin, basePath, maxRedirects, oauth2, chaos } = settings;
    this.#transport = oauth2
      ? new AuthorizedTransport(settings, oauth2, logger)
      : new Transport({ ...settings, connection });
    const steps = [followRedirects({ connection, origin, basePath, maxRedirects })];
    if (chaos) steps.unshift(troubledBy(chaos, { connection, random }));
    this.attempt = within(steps, this.#transport.attempt);
  }

  /** Closes its sockets. What is under way or waits fails with `SHUTTING_DOWN`. */
  close(): Promise<void> {
    return this.#transport.close();
  }
}

import type { Logger } from '@trunkline/telemetry';
import type { ConnectionSettings } from '../configuration/connection-settings';
import { AuthorizedTransport } from '../oauth/authorized-transport';
import { type Attempt, within } from './attempt';
import { followRedirects } from './redirects';
import { Transport } from './transport';

/** What the way to an upstream gets from the bus. */
export interface UpstreamEnvironment {
  readonly logger: Logger;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
}

/** An upstream as it is without any policy: sockets, credentials, redirects. */
export class Upstream {
  readonly attempt: Attempt;
  readonly #transport: Transport | AuthorizedTransport;

  constructor(settings: ConnectionSettings, { logger }: UpstreamEnvironment) {
    const { name: connection, origin, maxRedirects, oauth2 } = settings;
    this.#transport = oauth2
      ? new AuthorizedTransport(settings, oauth2, logger)
      : new Transport({ ...settings, connection });
    this.attempt = within([followRedirects({ connection, origin, maxRedirects })], this.#transport.attempt);
  }

  /** Closes its sockets. What is under way or waits fails with `SHUTTING_DOWN`. */
  close(): Promise<void> {
    return this.#transport.close();
  }
}

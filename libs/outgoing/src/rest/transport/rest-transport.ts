import type { Logger } from '@trunkline/telemetry';
import type { ConnectionSettings } from '../connection-settings';
import { OAuth2Transport } from '../oauth/oauth2-transport';
import { injectFaults } from '../fault-injection/fault-injection';
import { type AttemptHandler, composeAttempt } from '../../policies/attempt-middleware';
import { followRedirects } from './redirects';
import { SocketPool } from './socket-pool';

/** What the way to an upstream gets from the bus. */
export interface TransportEnvironment {
  readonly logger: Logger;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
}

/** An upstream as it is without any policy: sockets, credentials, redirects, and trouble on purpose. */
export class RestTransport {
  readonly attempt: AttemptHandler;
  readonly #transport: SocketPool | OAuth2Transport;

  constructor(settings: ConnectionSettings, { logger, random }: TransportEnvironment) {
    const { name: connection, origin, basePath, maxRedirects, oauth2, chaos } = settings;
    this.#transport = oauth2
      ? new OAuth2Transport(settings, oauth2, logger)
      : new SocketPool({ ...settings, connection });
    const steps = [followRedirects({ connection, origin, basePath, maxRedirects })];
    if (chaos) steps.unshift(injectFaults(chaos, { connection, random }));
    this.attempt = composeAttempt(steps, this.#transport.attempt);
  }

  /** Closes its sockets. What is under way or waits fails with `SHUTTING_DOWN`. */
  close(): Promise<void> {
    return this.#transport.close();
  }
}

import { composeHandler } from '@trunkline/resilience';
import type { Logger } from '@trunkline/telemetry';
import type { Clock } from '@trunkline/time';
import type { TransportSettings } from '../http-settings';
import { injectFaults } from '../fault-injection/fault-injection';
import { OAuth2Transport } from '../oauth/oauth2-transport';
import { followRedirects } from './redirects';
import type { HttpHandler, HttpMiddleware } from './http-handler';
import { SocketPool } from './socket-pool';

/** What a transport receives from the bus. */
export interface TransportEnvironment {
  readonly logger: Logger;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
  readonly clock: Clock;
}

/** Sends requests to an upstream, without policies: sockets, credentials and redirects. */
export class HttpTransport {
  /** Makes one attempt. */
  readonly send: HttpHandler;
  /** Makes attempts fail on purpose, where `chaos` is configured. */
  readonly injectFaults: HttpMiddleware | undefined;
  readonly #transport: SocketPool | OAuth2Transport;

  constructor(settings: TransportSettings, environment: TransportEnvironment) {
    const { name: connection, origin, basePath, maxRedirects, oauth2, chaos } = settings;
    this.#transport = oauth2
      ? new OAuth2Transport(settings, oauth2, environment)
      : new SocketPool({ ...settings, connection });
    const redirects = followRedirects({ connection, origin, basePath, maxRedirects });
    this.send = composeHandler([redirects], this.#transport.send);
    this.injectFaults = chaos && injectFaults(chaos, { connection, random: environment.random });
  }

  /** Closes its sockets. Requests that are pending fail with `SHUTTING_DOWN`. */
  close(): Promise<void> {
    return this.#transport.close();
  }
}

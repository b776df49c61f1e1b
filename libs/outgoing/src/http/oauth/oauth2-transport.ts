import { parseProxySettings } from '@trunkline/config';
import type { Logger } from '@trunkline/telemetry';
import type { Clock } from '@trunkline/time';
import type { HttpHandler } from '../transport/http-handler';
import { SocketPool } from '../transport/socket-pool';
import type { TransportSettings } from '../http-settings';
import type { OAuth2Credential } from '@trunkline/security';
import { AccessTokenCache } from './access-token-cache';
import { authorizeAttempts } from './attempt-authorization';
import { TokenEndpoint } from './token-endpoint';

/** What token requests need of the bus. */
export interface OAuth2Environment {
  readonly logger: Logger;
  readonly clock: Clock;
}

/** The transport to an upstream that requires access tokens, and to its token endpoint. */
export class OAuth2Transport {
  readonly send: HttpHandler;
  readonly #transport: SocketPool;
  readonly #endpoint: TokenEndpoint;

  constructor(settings: TransportSettings, credential: OAuth2Credential, { logger, clock }: OAuth2Environment) {
    const { name: connection, timeoutMs, connectTimeoutMs, maxResponseBytes, maxHeaderBytes, proxy } = settings;
    this.#transport = new SocketPool({ ...settings, connection });
    this.#endpoint = new TokenEndpoint({
      connection,
      credential,
      timeoutMs: credential.timeout ?? timeoutMs,
      connectTimeoutMs: credential.connectTimeout ?? connectTimeoutMs,
      maxResponseBytes,
      maxHeaderBytes,
      proxy: credential.proxy === undefined ? proxy : parseProxySettings(credential.proxy),
      logger,
      clock,
    });
    const tokens = new AccessTokenCache(() => this.#endpoint.requestToken(), clock);
    this.send = authorizeAttempts(tokens, connection)(this.#transport.send);
  }

  /** Closes all sockets. Requests that are pending or queued fail with `SHUTTING_DOWN`. */
  async close(): Promise<void> {
    await Promise.all([this.#transport.close(), this.#endpoint.close()]);
  }
}

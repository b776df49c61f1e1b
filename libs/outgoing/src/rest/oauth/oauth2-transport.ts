import type { Logger } from '@trunkline/telemetry';
import type { AttemptHandler } from '../../policies/attempt-middleware';
import { SocketPool } from '../transport/socket-pool';
import type { ConnectionSettings } from '../connection-settings';
import type { OAuth2Credential } from '@trunkline/security';
import { AccessTokenCache } from './access-token-cache';
import { authorizeAttempts } from './attempt-authorization';
import { TokenEndpoint } from './token-endpoint';

/** The way to an upstream that wants access tokens, and to where they are from. */
export class OAuth2Transport {
  readonly attempt: AttemptHandler;
  readonly #transport: SocketPool;
  readonly #endpoint: TokenEndpoint;

  constructor(settings: ConnectionSettings, credential: OAuth2Credential, logger: Logger) {
    const { name: connection, timeoutMs, connectTimeoutMs, maxResponseBytes, maxHeaderBytes, proxy } = settings;
    this.#transport = new SocketPool({ ...settings, connection });
    this.#endpoint = new TokenEndpoint({
      connection,
      credential,
      timeoutMs,
      connectTimeoutMs,
      maxResponseBytes,
      maxHeaderBytes,
      proxy,
      logger,
    });
    const tokens = new AccessTokenCache(() => this.#endpoint.requestToken());
    this.attempt = authorizeAttempts(tokens, connection)(this.#transport.attempt);
  }

  /** Closes all sockets. What is under way or waits fails with `SHUTTING_DOWN`. */
  async close(): Promise<void> {
    await Promise.all([this.#transport.close(), this.#endpoint.close()]);
  }
}

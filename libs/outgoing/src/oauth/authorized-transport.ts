import type { Logger } from '@trunkline/telemetry';
import type { Attempt } from '../attempt/attempt';
import { Transport } from '../attempt/transport';
import type { ConnectionSettings } from '../configuration/connection-settings';
import type { OAuth2Credential } from '../configuration/credential';
import { AccessTokens } from './access-tokens';
import { authorizedBy } from './authorized';
import { TokenEndpoint } from './token-endpoint';

/** The way to an upstream that wants access tokens, and to where they are from. */
export class AuthorizedTransport {
  readonly attempt: Attempt;
  readonly #transport: Transport;
  readonly #endpoint: TokenEndpoint;

  constructor(settings: ConnectionSettings, credential: OAuth2Credential, logger: Logger) {
    const { name: connection, timeoutMs, connectTimeoutMs, maxResponseBytes, maxHeaderBytes, proxy } = settings;
    this.#transport = new Transport({ ...settings, connection });
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
    const tokens = new AccessTokens(() => this.#endpoint.grant());
    this.attempt = authorizedBy(tokens, connection)(this.#transport.attempt);
  }

  /** Closes all sockets. What is under way or waits fails with `SHUTTING_DOWN`. */
  async close(): Promise<void> {
    await Promise.all([this.#transport.close(), this.#endpoint.close()]);
  }
}

import { type UpstreamCode, UpstreamError } from '@trunkline/failures';
import type { ProxySettings } from '@trunkline/config';
import { composeHandler, limitAttemptTime } from '@trunkline/resilience';
import type { OAuth2Credential } from '@trunkline/security';
import type { Logger } from '@trunkline/telemetry';
import { CancelScope, type Clock, Deadline } from '@trunkline/time';
import { createStatusFailure } from '../response/status-failure';
import { followRedirects } from '../transport/redirects';
import type { HttpHandler } from '../transport/http-handler';
import { SocketPool } from '../transport/socket-pool';
import { DEFAULT_MAX_SOCKETS } from '../http-settings';
import { OutgoingCall } from '../request/outgoing-call';
import { isThrottled } from '../response/rate-limit';
import type { HttpResponse } from '../response/http-response';
import { createTokenRequest } from './token-request';
import { type GrantedToken, parseRefusal, parseToken, readTokenBody, type TokenProblem } from './token-response';

/** Options of a token endpoint. */
export interface TokenEndpointOptions {
  /** Name of the outgoing connection. */
  readonly connection: string;
  readonly credential: OAuth2Credential;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxResponseBytes: number;
  readonly maxHeaderBytes: number;
  readonly proxy: ProxySettings | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Error codes of a refusal that is no fault of the credentials (RFC 6749 §4.1.2.1). */
const OUTAGE_CODES: ReadonlySet<string | undefined> = new Set(['temporarily_unavailable', 'server_error']);

/** The token endpoint of a connection: it grants access tokens, over its own transport. */
export class TokenEndpoint {
  readonly #transport: SocketPool;
  readonly #send: HttpHandler;
  /** The refresh token in force. The server may replace it with every token (RFC 6749 §6). */
  #refreshToken: string | undefined;

  constructor(private readonly options: TokenEndpointOptions) {
    const { connection, connectTimeoutMs, maxResponseBytes, maxHeaderBytes, proxy, credential } = options;
    const { origin } = new URL(credential.tokenUrl);
    this.#transport = new SocketPool({
      connection,
      origin,
      connectTimeoutMs,
      maxResponseBytes,
      maxHeaderBytes,
      readBody: readTokenBody,
      proxy,
      tls: credential.tls,
      allowH2: false,
      maxSockets: DEFAULT_MAX_SOCKETS,
    });
    this.#send = composeHandler(
      [limitAttemptTime(), followRedirects({ connection, origin, basePath: '', maxRedirects: 0 })],
      this.#transport.send,
    );
    this.#refreshToken = credential.refreshToken;
  }

  /**
   * Requests a token, once.
   *
   * @throws {UpstreamError} `UPSTREAM_AUTH_FAILED` when it is rejected; otherwise as any call fails. `wasSent` is false, because nothing of
   *   the request that needs the token was sent.
   */
  async requestToken(): Promise<GrantedToken> {
    return this.#parseToken(await this.#sendRequest());
  }

  /** Closes its sockets. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  async #sendRequest(): Promise<HttpResponse> {
    const { credential, timeoutMs, logger, clock } = this.options;
    const scope = new CancelScope(Deadline.in(timeoutMs, clock), () => this.#createFailure('UPSTREAM_TIMEOUT'));
    const limits = { timeoutMs, totalMs: timeoutMs, isSafeToRetry: false, clock };
    // Not the injected clock, which measures: servers compare the times of a JWT with the time of day.
    const request = createTokenRequest(credential, { nowMs: Date.now(), refreshToken: this.#refreshToken });
    try {
      return await this.#send(new OutgoingCall(request, limits, { scope, logger }));
    } catch (thrown) {
      throw thrown instanceof UpstreamError ? this.#wrapFailure(thrown) : thrown;
    } finally {
      scope.close();
    }
  }

  #parseToken(response: HttpResponse): GrantedToken {
    const { connection } = this.options;
    const refusal = parseRefusal(response);
    if (OUTAGE_CODES.has(refusal.error)) throw this.#createFailure('UPSTREAM_UNAVAILABLE', refusal);
    if (isRejection(response)) throw this.#createFailure('UPSTREAM_AUTH_FAILED', refusal);
    if (!response.ok) throw this.#wrapFailure(createStatusFailure(connection, response));
    const granted = parseToken(response, Date.now());
    if (!('token' in granted)) {
      const code = granted.error === undefined ? 'UPSTREAM_INVALID_RESPONSE' : 'UPSTREAM_AUTH_FAILED';
      throw this.#createFailure(code, granted);
    }
    this.#refreshToken = granted.refreshToken ?? this.#refreshToken;
    return granted;
  }

  #wrapFailure(cause: UpstreamError): UpstreamError {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an UpstreamError is made with no other
    return this.#createFailure(cause.code as UpstreamCode, {}, cause);
  }

  #createFailure(code: UpstreamCode, problem: TokenProblem = {}, cause?: UpstreamError): UpstreamError {
    const { connection } = this.options;
    return new UpstreamError(code, `no access token for ${connection}${this.#describeProblem(problem)}`, {
      connection,
      wasSent: false,
      ...(cause && { cause }),
      ...(cause?.retryAfter !== undefined && { retryAfter: cause.retryAfter }),
    });
  }

  /** A server may quote the request: a text with a part of the credentials is left out. */
  #describeProblem({ error, description, missing, unusable }: TokenProblem): string {
    if (error !== undefined || description !== undefined) {
      const text = [error, description && `(${description})`].filter(Boolean).join(' ');
      return this.#isSecretFree(text) ? `: the token endpoint responded ${text}` : '';
    }
    if (missing !== undefined) return `: the response has no ${missing}`;
    return unusable === undefined ? '' : `: the response has an unusable ${unusable}`;
  }

  #isSecretFree(text: string): boolean {
    const { clientSecret, password, privateKey, params = {}, refreshToken } = this.options.credential;
    const secrets = [clientSecret, password, privateKey, refreshToken, this.#refreshToken, ...Object.values(params)];
    // A signed JWT begins with the encoded start of its header.
    return !text.includes('eyJ') && secrets.every((secret) => secret === undefined || !text.includes(secret));
  }
}

/** Whether the request is rejected: it contains little else than credentials that could be wrong. */
function isRejection(response: HttpResponse): boolean {
  const { status } = response;
  return status >= 400 && status <= 499 && status !== 408 && !isThrottled(response);
}

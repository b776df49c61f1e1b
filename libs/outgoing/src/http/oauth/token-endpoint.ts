import { type UpstreamCode, UpstreamError } from '@trunkline/failures';
import { composeHandler, limitAttemptTime } from '@trunkline/resilience';
import type { Logger } from '@trunkline/telemetry';
import { CancelScope, type Clock, Deadline } from '@trunkline/time';
import { z } from 'zod';
import { createStatusFailure } from '../response/status-failure';
import { followRedirects } from '../transport/redirects';
import type { HttpHandler } from '../transport/http-handler';
import { SocketPool } from '../transport/socket-pool';
import { DEFAULT_MAX_SOCKETS } from '../http-settings';
import { createJsonReader } from '../json/json-body';
import type { ProxySettings } from '../transport/proxy-section';
import { isHeaderValue, type OAuth2Credential } from '@trunkline/security';
import { OutgoingCall, type OutgoingRequest } from '../request/outgoing-call';
import { isThrottled } from '../response/rate-limit';
import type { HttpResponse } from '../response/http-response';

/** Options of a token endpoint. The limits are those of its connection. */
export interface TokenEndpointOptions {
  /** Name of the outgoing connection. */
  readonly connection: string;
  readonly credential: OAuth2Credential;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxResponseBytes: number;
  readonly maxHeaderBytes: number;
  /** The proxy of the connection, which the token endpoint is reached through, too. */
  readonly proxy: ProxySettings | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** An access token and its lifetime. */
export interface GrantedToken {
  readonly token: string;
  readonly lifetimeMs: number;
}

/** Lifetime in seconds where the response has none (RFC 6749 §5.1 only recommends it). A 401 replaces the token earlier. */
const DEFAULT_LIFETIME_SECONDS = 300;

/** RFC 6749 §5.1. Some servers send the number as text. */
const tokenResponse = z.object({
  access_token: z.string().refine((token) => token.trim() !== '' && isHeaderValue(token)),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.coerce.number().positive().default(DEFAULT_LIFETIME_SECONDS),
});

/** The token endpoint of a connection: the client credentials grant of RFC 6749 §4.4, over its own transport. */
export class TokenEndpoint {
  readonly #transport: SocketPool;
  readonly #send: HttpHandler;
  readonly #request: OutgoingRequest;

  constructor(private readonly options: TokenEndpointOptions) {
    const { connection, connectTimeoutMs, maxResponseBytes, maxHeaderBytes, proxy, credential } = options;
    const { origin, pathname } = new URL(credential.tokenUrl);
    this.#transport = new SocketPool({
      connection,
      origin,
      connectTimeoutMs,
      maxResponseBytes,
      maxHeaderBytes,
      // No member that is read needs an exact number.
      readBody: createJsonReader('lenient'),
      proxy,
      tls: credential.tls,
      allowH2: false,
      maxSockets: DEFAULT_MAX_SOCKETS,
    });
    this.#send = composeHandler(
      [limitAttemptTime(), followRedirects({ connection, origin, basePath: '', maxRedirects: 0 })],
      this.#transport.send,
    );
    this.#request = createTokenRequest(credential, pathname);
  }

  /**
   * Requests a token, once.
   *
   * @throws {UpstreamError} `UPSTREAM_AUTH_FAILED` when it is rejected; otherwise as any call fails. `wasSent` is false, because nothing of
   *   the request that needs the token was sent.
   */
  async requestToken(): Promise<GrantedToken> {
    const { timeoutMs, logger, clock } = this.options;
    const scope = new CancelScope(Deadline.in(timeoutMs, clock), () => this.#createFailure('UPSTREAM_TIMEOUT'));
    const limits = { timeoutMs, totalMs: timeoutMs, isSafeToRetry: false, clock };
    try {
      return this.#parseToken(await this.#send(new OutgoingCall(this.#request, limits, { scope, logger })));
    } catch (thrown) {
      if (!(thrown instanceof UpstreamError)) throw thrown;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an UpstreamError is made with no other
      throw this.#createFailure(thrown.code as UpstreamCode, thrown);
    } finally {
      scope.close();
    }
  }

  /** Closes its sockets. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  #parseToken(response: HttpResponse): GrantedToken {
    if (isRejection(response)) throw this.#createFailure('UPSTREAM_AUTH_FAILED');
    if (!response.ok) throw createStatusFailure(this.options.connection, response);
    const read = tokenResponse.safeParse(response.data);
    // Messages of zod might quote the token.
    if (!read.success) throw this.#createFailure('UPSTREAM_INVALID_RESPONSE');
    return { token: read.data.access_token, lifetimeMs: read.data.expires_in * 1_000 };
  }

  #createFailure(code: UpstreamCode, cause?: UpstreamError): UpstreamError {
    const { connection } = this.options;
    return new UpstreamError(code, `no access token for ${connection}`, {
      connection,
      wasSent: false,
      ...(cause && { cause }),
      ...(cause?.retryAfter !== undefined && { retryAfter: cause.retryAfter }),
    });
  }
}

/** Whether the credentials are rejected: the request contains nothing else that could be wrong. */
function isRejection(response: HttpResponse): boolean {
  const { status } = response;
  return status >= 400 && status <= 499 && status !== 408 && !isThrottled(response);
}

function createTokenRequest(
  { clientId, clientSecret, scopes, audience }: OAuth2Credential,
  path: string,
): OutgoingRequest {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scopes) form.set('scope', scopes.join(' '));
  if (audience !== undefined) form.set('audience', audience);
  // Form-encoded before they are joined: RFC 6749 §2.3.1.
  const login = Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret)}`).toString('base64');
  const headers = [
    ['accept', 'application/json'],
    ['accept-encoding', 'gzip'],
    ['user-agent', 'trunkline'],
    ['content-type', 'application/x-www-form-urlencoded'],
    ['authorization', `Basic ${login}`],
  ];
  return { method: 'POST', path, headers: headers.flat(), body: form.toString() };
}

function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

import { type UpstreamCode, UpstreamError } from '@trunkline/failures';
import { composeHandler, limitAttemptTime } from '@trunkline/resilience';
import type { Logger } from '@trunkline/telemetry';
import { CancelScope, type Clock, Deadline } from '@trunkline/time';
import { z } from 'zod';
import { createStatusFailure } from '../adapter/status-failure';
import { followRedirects } from '../transport/redirects';
import type { RestHandler } from '../transport/rest-handler';
import { SocketPool } from '../transport/socket-pool';
import { DEFAULT_MAX_SOCKETS } from '../connection-settings';
import type { ProxySettings } from '../transport/proxy-section';
import { isHeaderValue, type OAuth2Credential } from '@trunkline/security';
import { OutgoingCall, type OutgoingRequest } from '../request/outgoing-call';
import { isThrottled } from '../response/rate-limit';
import type { RestResponse } from '../response/rest-response';

/** What a token endpoint is asked by, and within which limits: those of the connection that it is for. */
export interface TokenEndpointOptions {
  /** Name of the outgoing connection. */
  readonly connection: string;
  readonly credential: OAuth2Credential;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxResponseBytes: number;
  readonly maxHeaderBytes: number;
  /** What the connection is reached through: the bus has the same way out. */
  readonly proxy: ProxySettings | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** An access token, and how long it is good for. */
export interface GrantedToken {
  readonly token: string;
  readonly lifetimeMs: number;
}

/** Of a token that does not say how long it lives (RFC 6749 §5.1 only recommends it), in seconds: a refusal replaces it earlier. */
const DEFAULT_LIFETIME_SECONDS = 300;

/** RFC 6749 §5.1. Some servers give the number as text. */
const tokenResponse = z.object({
  access_token: z.string().refine((token) => token.trim() !== '' && isHeaderValue(token)),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.coerce.number().positive().default(DEFAULT_LIFETIME_SECONDS),
});

/** Where a connection gets its tokens: the client credentials grant of RFC 6749 §4.4, over a transport of its own. */
export class TokenEndpoint {
  readonly #transport: SocketPool;
  readonly #send: RestHandler;
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
      // Of the members that are read none is an exact number.
      numbers: 'lenient',
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
   * Asks for a token, once.
   *
   * @throws {UpstreamError} `UPSTREAM_AUTH_FAILED` when it is refused; else as any call fails. Of the request that the token is
   *   for nothing has been sent, so the failure says that of itself, too.
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

  #parseToken(response: RestResponse): GrantedToken {
    if (isRejection(response)) throw this.#createFailure('UPSTREAM_AUTH_FAILED');
    if (!response.ok) throw createStatusFailure(this.options.connection, response);
    const read = tokenResponse.safeParse(response.data);
    // What zod has to say about it might quote the token.
    if (!read.success) throw this.#createFailure('UPSTREAM_INVALID_RESPONSE');
    return { token: read.data.access_token, lifetimeMs: read.data.expires_in * 1_000 };
  }

  #createFailure(code: UpstreamCode, cause?: UpstreamError): UpstreamError {
    const { connection } = this.options;
    return new UpstreamError(code, `${connection} gets no access token`, {
      connection,
      wasSent: false,
      ...(cause && { cause }),
      ...(cause?.retryAfter !== undefined && { retryAfter: cause.retryAfter }),
    });
  }
}

/** The request is made of nothing but our credentials: whatever is wrong with it is wrong with them. */
function isRejection(response: RestResponse): boolean {
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

import { type UpstreamCode, UpstreamError } from '@trunkline/failures';
import type { Logger } from '@trunkline/telemetry';
import { CancelScope, Deadline } from '@trunkline/time';
import { z } from 'zod';
import { failureOfStatus } from '../adapter/status-failure';
import { type Attempt, within } from '../attempt/attempt';
import { followRedirects } from '../attempt/redirects';
import { Transport } from '../attempt/transport';
import { USUAL_SOCKETS } from '../configuration/connection-settings';
import type { OAuth2Credential } from '../configuration/credential';
import type { ProxySettings } from '../configuration/proxy-section';
import { isHeaderValue } from '../request/header-rules';
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
}

/** An access token, and how long it is good for. */
export interface GrantedToken {
  readonly token: string;
  readonly lifetimeMs: number;
}

/** Of a token that does not say how long it lives (RFC 6749 §5.1 only recommends it), in seconds: a refusal replaces it earlier. */
const USUAL_LIFETIME = 300;

/** RFC 6749 §5.1. Some servers give the number as text. */
const answerOfServer = z.object({
  access_token: z.string().refine((token) => token.trim() !== '' && isHeaderValue(token)),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.coerce.number().positive().default(USUAL_LIFETIME),
});

/** Where a connection gets its tokens: the client credentials grant of RFC 6749 §4.4, over a transport of its own. */
export class TokenEndpoint {
  readonly #transport: Transport;
  readonly #attempt: Attempt;
  readonly #request: OutgoingRequest;

  constructor(private readonly options: TokenEndpointOptions) {
    const { connection, connectTimeoutMs, maxResponseBytes, maxHeaderBytes, proxy, credential } = options;
    const { origin, pathname } = new URL(credential.tokenUrl);
    this.#transport = new Transport({
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
      maxSockets: USUAL_SOCKETS,
    });
    this.#attempt = within(
      [followRedirects({ connection, origin, basePath: '', maxRedirects: 0 })],
      this.#transport.attempt,
    );
    this.#request = requestOf(credential, pathname);
  }

  /**
   * Asks for a token, once.
   *
   * @throws {UpstreamError} `UPSTREAM_AUTH_FAILED` when it is refused; else as any call fails. Of the request that the token is
   *   for nothing has been sent, so the failure says that of itself, too.
   */
  async grant(): Promise<GrantedToken> {
    const { timeoutMs, logger } = this.options;
    const scope = new CancelScope(Deadline.in(timeoutMs), () => this.#failure('UPSTREAM_TIMEOUT'));
    const terms = { timeoutMs, totalMs: timeoutMs, isRepeatable: false };
    const context = { cid: undefined, scope, logger };
    try {
      return this.#read(await this.#attempt(new OutgoingCall(this.#request, terms, context)));
    } catch (thrown) {
      if (!(thrown instanceof UpstreamError)) throw thrown;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an UpstreamError is made with no other
      throw this.#failure(thrown.code as UpstreamCode, thrown);
    } finally {
      scope.close();
    }
  }

  /** Closes its sockets. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  #read(response: RestResponse): GrantedToken {
    if (isRefusal(response)) throw this.#failure('UPSTREAM_AUTH_FAILED');
    if (!response.ok) throw failureOfStatus(this.options.connection, response);
    const read = answerOfServer.safeParse(response.data);
    // What zod has to say about it might quote the token.
    if (!read.success) throw this.#failure('UPSTREAM_INVALID_RESPONSE');
    return { token: read.data.access_token, lifetimeMs: read.data.expires_in * 1_000 };
  }

  #failure(code: UpstreamCode, cause?: UpstreamError): UpstreamError {
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
function isRefusal(response: RestResponse): boolean {
  const { status } = response;
  return status >= 400 && status <= 499 && status !== 408 && !isThrottled(response);
}

function requestOf({ clientId, clientSecret, scopes, audience }: OAuth2Credential, path: string): OutgoingRequest {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scopes) form.set('scope', scopes.join(' '));
  if (audience !== undefined) form.set('audience', audience);
  // Form-encoded before they are joined: RFC 6749 §2.3.1.
  const login = Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString('base64');
  const headers = [
    ['accept', 'application/json'],
    ['accept-encoding', 'gzip'],
    ['user-agent', 'trunkline'],
    ['content-type', 'application/x-www-form-urlencoded'],
    ['authorization', `Basic ${login}`],
  ];
  return { method: 'POST', path, headers: headers.flat(), body: form.toString() };
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

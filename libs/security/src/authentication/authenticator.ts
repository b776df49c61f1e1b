import { type BusError, createFailure } from '@trunkline/failures';
import type { Caller } from '../caller';
import { type Client, createClient } from '../client/client';
import { findClientNetwork } from '../client/client-network';
import type { FailureLimit } from '../client/failure-limit';
import { findHeader, DUPLICATE_HEADER } from './raw-headers';
import type { RejectionCode, AuthenticationScheme, AuthenticationResult } from '../scheme/authentication-scheme';
import type { RequestCredentials } from '../scheme/request-credentials';

/** Options of an authenticator. */
export interface AuthenticatorOptions {
  /** Accepted schemes, at least one; any of them is sufficient. */
  readonly schemes: readonly AuthenticationScheme[];
  /** Required scopes, all of them. */
  readonly scopes: readonly string[];
  /** Name of the bus, for challenges. */
  readonly realm: string;
  /** Limit of wrong credentials. Default: none. */
  readonly limit?: FailureLimit | undefined;
}

interface AuthenticationAttempt {
  readonly credentials: RequestCredentials;
  readonly client: Client;
  readonly isCounted: boolean;
  /** Values of the headers of all schemes, in order. */
  readonly headerValues: readonly (string | undefined)[];
  /** Results of the schemes that did not accept the request. */
  readonly results: AuthenticationResult[];
}

/** Codes in ascending order of their value to the client, if several definitions reject a request. */
const CODES_BY_PRECEDENCE: readonly RejectionCode[] = [
  'INVALID_AUTH_HEADER',
  'INVALID_CREDENTIALS',
  'INVALID_TOKEN',
  'TOKEN_EXPIRED',
];
/** Codes of credentials that may be guesses. Expired tokens and malformed headers are not guesses. */
const GUESS_CODES: ReadonlySet<string> = new Set<RejectionCode>(['INVALID_CREDENTIALS', 'INVALID_TOKEN']);
/** RFC 6750 §3.1 */
const BEARER_ERRORS: Readonly<Record<RejectionCode, string | undefined>> = {
  INVALID_AUTH_HEADER: 'error="invalid_request"',
  INVALID_CREDENTIALS: undefined,
  INVALID_TOKEN: 'error="invalid_token"',
  TOKEN_EXPIRED: 'error="invalid_token", error_description="The token has expired"',
};

/** Accepts the callers that any of several security definitions identifies, and that have all required scopes. */
export class Authenticator {
  readonly #schemes: readonly { readonly scheme: AuthenticationScheme; readonly at: number }[];
  readonly #headers: readonly string[];
  readonly #scopes: readonly string[];
  readonly #realm: string;
  readonly #limit: FailureLimit | undefined;

  constructor({ schemes, scopes, realm, limit }: AuthenticatorOptions) {
    const headers = [...new Set(schemes.flatMap(({ header }) => header ?? []))];
    this.#headers = headers;
    this.#schemes = schemes.map((scheme) => ({ scheme, at: headers.indexOf(scheme.header ?? '') }));
    this.#scopes = scopes;
    this.#realm = realm;
    this.#limit = limit;
  }

  /**
   * Identifies the caller by the headers and the connection of a request. Returns a promise only if a check is asynchronous.
   *
   * @param client - default: the address of the connection
   * @throws {BusError} 401 with the challenges of all definitions; 403 `FORBIDDEN` for a caller that lacks a scope; 429 for too many wrong
   *   credentials from one network; 503 when the keys of an issuer are unavailable, or too many passwords are being checked
   */
  authenticate(presented: RequestCredentials, client: Client = createClient(presented)): Caller | Promise<Caller> {
    return this.#trySchemes(0, this.#createAttempt(presented, client, true));
  }

  /**
   * Identifies the caller like {@link authenticate}, but does not count wrong credentials. For several authenticators and one request: when
   * all have rejected it, {@link reject} counts once.
   */
  authenticateUncounted(presented: RequestCredentials, client: Client): Caller | Promise<Caller> {
    return this.#trySchemes(0, this.#createAttempt(presented, client, false));
  }

  /**
   * Counts one failure, if any of the rejections is for credentials that may be guesses.
   *
   * @param rejections - all rejections of one request
   * @throws {BusError} the first rejection, or 429 if too many have come from the network of the client
   */
  reject(rejections: readonly [BusError, ...BusError[]], { ip }: Client): Promise<never> {
    const [rejection] = rejections;
    const isGuess = rejections.some(({ code }) => GUESS_CODES.has(code));
    const counted = isGuess ? this.#limit?.count(findClientNetwork(ip)) : undefined;
    if (!(counted instanceof Promise)) throw counted ?? rejection;
    return counted.then((excess) => {
      throw excess ?? rejection;
    });
  }

  #createAttempt(credentials: RequestCredentials, client: Client, isCounted: boolean): AuthenticationAttempt {
    const headerValues = this.#headers.map((header) => this.#readHeader(header, credentials));
    return { credentials, client, isCounted, headerValues, results: [] };
  }

  #readHeader(header: string, { rawHeaders }: RequestCredentials): string | undefined {
    const value = findHeader(rawHeaders, header);
    if (value === DUPLICATE_HEADER) throw this.#createUnauthenticatedFailure('INVALID_AUTH_HEADER');
    return value;
  }

  #trySchemes(from: number, attempt: AuthenticationAttempt): Caller | Promise<Caller> {
    for (let index = from; index < this.#schemes.length; index++) {
      const result = this.#checkScheme(index, attempt);
      if (result instanceof Promise) {
        return result.then((settled) => this.#acceptCaller(settled, attempt) ?? this.#trySchemes(index + 1, attempt));
      }
      const caller = this.#acceptCaller(result, attempt);
      if (caller) return caller;
    }
    const rejection = this.#createRejection(attempt);
    if (attempt.isCounted) return this.reject([rejection], attempt.client);
    throw rejection;
  }

  #checkScheme(
    index: number,
    { headerValues, credentials, client }: AuthenticationAttempt,
  ): AuthenticationResult | Promise<AuthenticationResult> {
    const { scheme, at } = this.#schemes[index] ?? {};
    return scheme?.check(headerValues[at ?? -1], credentials, client) ?? { outcome: 'missing' };
  }

  #acceptCaller(result: AuthenticationResult, { results }: AuthenticationAttempt): Caller | undefined {
    if (result.outcome === 'authenticated' && this.#hasScopes(result.caller)) return result.caller;
    results.push(result);
    return undefined;
  }

  #hasScopes({ scopes }: Caller): boolean {
    return this.#scopes.every((scope) => scopes.includes(scope));
  }

  /** A failed check comes first, since the credentials may be valid; then a missing scope, for which other credentials do not help. */
  #createRejection({ results, headerValues }: AuthenticationAttempt): BusError {
    for (const result of results) if (result.outcome === 'failed') return result.failure;
    const known = results.findIndex(({ outcome }) => outcome === 'authenticated');
    if (known >= 0) return this.#createForbiddenFailure(known);
    const rejected = results
      .filter((result) => result.outcome === 'rejected')
      .toSorted((a, b) => CODES_BY_PRECEDENCE.indexOf(b.code) - CODES_BY_PRECEDENCE.indexOf(a.code))[0];
    if (rejected) return this.#createUnauthenticatedFailure(rejected.code, rejected.cause);
    // Credentials of another scheme count as none (RFC 6750 §3.1), but the code tells the client about them.
    const isOther = headerValues[this.#headers.indexOf('authorization')] !== undefined;
    return createFailure(isOther ? 'INVALID_AUTH_HEADER' : 'AUTH_REQUIRED', {
      headers: this.#createChallenges(undefined),
    });
  }

  #createUnauthenticatedFailure(code: RejectionCode, cause?: Error): BusError {
    const headers = this.#createChallenges(BEARER_ERRORS[code]);
    return createFailure(code, { headers, ...(cause && { cause }) });
  }

  #createForbiddenFailure(index: number): BusError {
    const needed = this.#scopes.join(' ');
    const isBearer = this.#schemes[index]?.scheme.challenge.scheme === 'Bearer';
    const challenge = `Bearer realm="${this.#realm}", error="insufficient_scope", scope="${needed}"`;
    return createFailure('FORBIDDEN', {
      detail: `the caller needs the scopes ${needed}`,
      ...(isBearer && { headers: { 'www-authenticate': challenge } }),
    });
  }

  #createChallenges(bearerError: string | undefined): { readonly 'www-authenticate': string } {
    const challenges = this.#schemes.map(({ scheme: { challenge } }) => {
      const { scheme, parameters } = challenge;
      const all = [`realm="${this.#realm}"`, parameters, scheme === 'Bearer' ? bearerError : undefined];
      return `${scheme} ${all.filter(Boolean).join(', ')}`;
    });
    return { 'www-authenticate': [...new Set(challenges)].join(', ') };
  }
}

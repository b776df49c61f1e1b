import { type BusError, createFailure } from '@trunkline/failures';
import type { Caller } from '../caller';
import { type Client, createClient } from '../client/client';
import { findClientNetwork } from '../client/client-network';
import type { FailureLimit } from '../client/failure-limit';
import { findHeader, DUPLICATE_HEADER } from './raw-headers';
import type {
  RequestCredentials,
  RejectionCode,
  AuthenticationScheme,
  AuthenticationResult,
} from '../scheme/authentication-scheme';

/** What a gate asks for. */
export interface AuthenticatorOptions {
  /** Any of them will do; at least one. */
  readonly schemes: readonly AuthenticationScheme[];
  /** All of them are needed. */
  readonly scopes: readonly string[];
  /** Name of the bus, for challenges. */
  readonly realm: string;
  /** Default: wrong credentials may come as fast as they like. */
  readonly limit?: FailureLimit | undefined;
}

interface AuthenticationAttempt {
  readonly credentials: RequestCredentials;
  readonly client: Client;
  readonly isCounted: boolean;
  /** Of the headers of the gate, in their order. */
  readonly headerValues: readonly (string | undefined)[];
  /** Those that let nobody in. */
  readonly results: AuthenticationResult[];
}

/** The further down, the more it tells the caller, where several definitions have refused. */
const CODES_BY_PRECEDENCE: readonly RejectionCode[] = [
  'INVALID_AUTH_HEADER',
  'INVALID_CREDENTIALS',
  'INVALID_TOKEN',
  'TOKEN_EXPIRED',
];
/** Codes of credentials that may have been guessed. A token that was good, and a header that cannot be read, are no guesses. */
const GUESS_CODES: ReadonlySet<string> = new Set<RejectionCode>(['INVALID_CREDENTIALS', 'INVALID_TOKEN']);
/** RFC 6750 §3.1 */
const BEARER_ERRORS: Readonly<Record<RejectionCode, string | undefined>> = {
  INVALID_AUTH_HEADER: 'error="invalid_request"',
  INVALID_CREDENTIALS: undefined,
  INVALID_TOKEN: 'error="invalid_token"',
  TOKEN_EXPIRED: 'error="invalid_token", error_description="The token has expired"',
};

/** Lets those in whom one of several security definitions knows, and who have all the scopes. */
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
   * Who is it? Decided by the head of the request and its connection. A promise only where there is something to wait for.
   *
   * @param client - default: what its connection tells of it
   * @throws {BusError} 401 with every challenge there is; 403 `FORBIDDEN` for a caller that lacks a scope; 429 for too many wrong
   * credentials from one network; 503 when the keys that tokens are signed with cannot be had, or too many passwords are being
   * checked
   */
  authenticate(presented: RequestCredentials, client: Client = createClient(presented)): Caller | Promise<Caller> {
    return this.#trySchemes(0, this.#createAttempt(presented, client, true));
  }

  /**
   * As {@link authenticate}, but wrong credentials are not counted, for those who ask several gates about one request. When all have refused,
   * {@link reject} counts it once.
   */
  authenticateUncounted(presented: RequestCredentials, client: Client): Caller | Promise<Caller> {
    return this.#trySchemes(0, this.#createAttempt(presented, client, false));
  }

  /**
   * Counts one failure, where one of the refusals is of credentials that may have been guessed.
   *
   * @param refusals - of one request
   * @throws {BusError} the first refusal, or 429 in its place where too many have come from the network of the client
   */
  reject(refusals: readonly [BusError, ...BusError[]], { ip }: Client): Promise<never> {
    const [refusal] = refusals;
    const isGuess = refusals.some(({ code }) => GUESS_CODES.has(code));
    const counted = isGuess ? this.#limit?.count(findClientNetwork(ip)) : undefined;
    if (!(counted instanceof Promise)) throw counted ?? refusal;
    return counted.then((excess) => {
      throw excess ?? refusal;
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

  #trySchemes(from: number, inquiry: AuthenticationAttempt): Caller | Promise<Caller> {
    for (let index = from; index < this.#schemes.length; index++) {
      const verdict = this.#checkScheme(index, inquiry);
      if (verdict instanceof Promise) {
        return verdict.then((later) => this.#acceptCaller(later, inquiry) ?? this.#trySchemes(index + 1, inquiry));
      }
      const caller = this.#acceptCaller(verdict, inquiry);
      if (caller) return caller;
    }
    const refusal = this.#createRejection(inquiry);
    if (inquiry.isCounted) return this.reject([refusal], inquiry.client);
    throw refusal;
  }

  #checkScheme(
    index: number,
    { headerValues, credentials, client }: AuthenticationAttempt,
  ): AuthenticationResult | Promise<AuthenticationResult> {
    const { scheme, at } = this.#schemes[index] ?? {};
    return scheme?.check(headerValues[at ?? -1], credentials, client) ?? { outcome: 'none' };
  }

  #acceptCaller(verdict: AuthenticationResult, { results }: AuthenticationAttempt): Caller | undefined {
    if (verdict.outcome === 'known' && this.#hasScopes(verdict.caller)) return verdict.caller;
    results.push(verdict);
    return undefined;
  }

  #hasScopes({ scopes }: Caller): boolean {
    return this.#scopes.every((scope) => scopes.includes(scope));
  }

  /** Whoever could not be checked may be in the right, and whoever is known is not told to come back with other credentials. */
  #createRejection({ results, headerValues }: AuthenticationAttempt): BusError {
    for (const verdict of results) if (verdict.outcome === 'failed') return verdict.failure;
    const known = results.findIndex(({ outcome }) => outcome === 'known');
    if (known >= 0) return this.#createForbiddenFailure(known);
    const refused = results
      .filter((verdict) => verdict.outcome === 'refused')
      .toSorted((a, b) => CODES_BY_PRECEDENCE.indexOf(b.code) - CODES_BY_PRECEDENCE.indexOf(a.code))[0];
    if (refused) return this.#createUnauthenticatedFailure(refused.code, refused.cause);
    // Credentials of a kind that this channel does not take are none (RFC 6750 §3.1), but whoever sent them should know.
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
      detail: `the caller needs ${needed}`,
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

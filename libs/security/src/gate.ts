import { type BusError, failureOf } from '@trunkline/failures';
import type { Caller } from './caller';
import { type Client, clientAt } from './client/client';
import { clientNetworkOf } from './client/client-network';
import type { FailureLimit } from './client/failure-limit';
import { headerIn, SEVERAL } from './header-lines';
import type { Presented, RefusalCode, Scheme, Verdict } from './scheme/scheme';

/** What a gate asks for. */
export interface GateTerms {
  /** Any of them will do; at least one. */
  readonly schemes: readonly Scheme[];
  /** All of them are needed. */
  readonly scopes: readonly string[];
  /** Name of the bus, for challenges. */
  readonly realm: string;
  /** Default: wrong credentials may come as fast as they like. */
  readonly limit?: FailureLimit | undefined;
}

interface Inquiry {
  readonly presented: Presented;
  readonly client: Client;
  readonly isCounted: boolean;
  /** Of the headers of the gate, in their order. */
  readonly values: readonly (string | undefined)[];
  /** Those that let nobody in. */
  readonly verdicts: Verdict[];
}

/** The further down, the more it tells the caller, where several definitions have refused. */
const TELLING: readonly RefusalCode[] = [
  'INVALID_AUTH_HEADER',
  'INVALID_CREDENTIALS',
  'INVALID_TOKEN',
  'TOKEN_EXPIRED',
];
/** Codes of credentials that may have been guessed. A token that was good, and a header that cannot be read, are no guesses. */
const GUESSES: ReadonlySet<string> = new Set<RefusalCode>(['INVALID_CREDENTIALS', 'INVALID_TOKEN']);
/** RFC 6750 §3.1 */
const BEARER_ERRORS: Readonly<Record<RefusalCode, string | undefined>> = {
  INVALID_AUTH_HEADER: 'error="invalid_request"',
  INVALID_CREDENTIALS: undefined,
  INVALID_TOKEN: 'error="invalid_token"',
  TOKEN_EXPIRED: 'error="invalid_token", error_description="The token has expired"',
};

/** Lets those in whom one of several security definitions knows, and who have all the scopes. */
export class Gate {
  readonly #schemes: readonly { readonly scheme: Scheme; readonly at: number }[];
  readonly #headers: readonly string[];
  readonly #scopes: readonly string[];
  readonly #realm: string;
  readonly #limit: FailureLimit | undefined;

  constructor({ schemes, scopes, realm, limit }: GateTerms) {
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
  admit(presented: Presented, client: Client = clientAt(presented)): Caller | Promise<Caller> {
    return this.#ask(0, this.#inquiry(presented, client, true));
  }

  /**
   * As {@link admit}, but wrong credentials are not counted, for those who ask several gates about one request. When all have refused,
   * {@link refuse} counts it once.
   */
  identify(presented: Presented, client: Client): Caller | Promise<Caller> {
    return this.#ask(0, this.#inquiry(presented, client, false));
  }

  /**
   * Counts one failure, where one of the refusals is of credentials that may have been guessed.
   *
   * @param refusals - of one request
   * @throws {BusError} the first refusal, or 429 in its place where too many have come from the network of the client
   */
  refuse(refusals: readonly [BusError, ...BusError[]], { ip }: Client): Promise<never> {
    const [refusal] = refusals;
    const isGuess = refusals.some(({ code }) => GUESSES.has(code));
    const counted = isGuess ? this.#limit?.count(clientNetworkOf(ip)) : undefined;
    if (!(counted instanceof Promise)) throw counted ?? refusal;
    return counted.then((excess) => {
      throw excess ?? refusal;
    });
  }

  #inquiry(presented: Presented, client: Client, isCounted: boolean): Inquiry {
    const values = this.#headers.map((header) => this.#valueOf(header, presented));
    return { presented, client, isCounted, values, verdicts: [] };
  }

  #valueOf(header: string, { rawHeaders }: Presented): string | undefined {
    const value = headerIn(rawHeaders, header);
    if (value === SEVERAL) throw this.#unauthenticated('INVALID_AUTH_HEADER');
    return value;
  }

  #ask(from: number, inquiry: Inquiry): Caller | Promise<Caller> {
    for (let index = from; index < this.#schemes.length; index++) {
      const verdict = this.#verdictOf(index, inquiry);
      if (verdict instanceof Promise) {
        return verdict.then((later) => this.#accepted(later, inquiry) ?? this.#ask(index + 1, inquiry));
      }
      const caller = this.#accepted(verdict, inquiry);
      if (caller) return caller;
    }
    const refusal = this.#refusal(inquiry);
    if (inquiry.isCounted) return this.refuse([refusal], inquiry.client);
    throw refusal;
  }

  #verdictOf(index: number, { values, presented, client }: Inquiry): Verdict | Promise<Verdict> {
    const { scheme, at } = this.#schemes[index] ?? {};
    return scheme?.check(values[at ?? -1], presented, client) ?? { outcome: 'none' };
  }

  #accepted(verdict: Verdict, { verdicts }: Inquiry): Caller | undefined {
    if (verdict.outcome === 'known' && this.#mayPass(verdict.caller)) return verdict.caller;
    verdicts.push(verdict);
    return undefined;
  }

  #mayPass({ scopes }: Caller): boolean {
    return this.#scopes.every((scope) => scopes.includes(scope));
  }

  /** Whoever could not be checked may be in the right, and whoever is known is not told to come back with other credentials. */
  #refusal({ verdicts, values }: Inquiry): BusError {
    for (const verdict of verdicts) if (verdict.outcome === 'failed') return verdict.failure;
    const known = verdicts.findIndex(({ outcome }) => outcome === 'known');
    if (known >= 0) return this.#forbidden(known);
    const refused = verdicts
      .filter((verdict) => verdict.outcome === 'refused')
      .toSorted((a, b) => TELLING.indexOf(b.code) - TELLING.indexOf(a.code))[0];
    if (refused) return this.#unauthenticated(refused.code, refused.cause);
    // Credentials of a kind that this channel does not take are none (RFC 6750 §3.1), but whoever sent them should know.
    const isOther = values[this.#headers.indexOf('authorization')] !== undefined;
    return failureOf(isOther ? 'INVALID_AUTH_HEADER' : 'AUTH_REQUIRED', { headers: this.#challenges(undefined) });
  }

  #unauthenticated(code: RefusalCode, cause?: Error): BusError {
    const headers = this.#challenges(BEARER_ERRORS[code]);
    return failureOf(code, { headers, ...(cause && { cause }) });
  }

  #forbidden(index: number): BusError {
    const needed = this.#scopes.join(' ');
    const isBearer = this.#schemes[index]?.scheme.challenge.scheme === 'Bearer';
    const challenge = `Bearer realm="${this.#realm}", error="insufficient_scope", scope="${needed}"`;
    return failureOf('FORBIDDEN', {
      detail: `the caller needs ${needed}`,
      ...(isBearer && { headers: { 'www-authenticate': challenge } }),
    });
  }

  #challenges(bearerError: string | undefined): { readonly 'www-authenticate': string } {
    const challenges = this.#schemes.map(({ scheme: { challenge } }) => {
      const { scheme, parameters } = challenge;
      const all = [`realm="${this.#realm}"`, parameters, scheme === 'Bearer' ? bearerError : undefined];
      return `${scheme} ${all.filter(Boolean).join(', ')}`;
    });
    return { 'www-authenticate': [...new Set(challenges)].join(', ') };
  }
}

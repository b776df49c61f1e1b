import { type BusError, failureOf } from '@trunkline/failures';
import type { Caller } from './caller';
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
}

interface Inquiry {
  readonly presented: Presented;
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

  constructor({ schemes, scopes, realm }: GateTerms) {
    const headers = [...new Set(schemes.flatMap(({ header }) => header ?? []))];
    this.#headers = headers;
    this.#schemes = schemes.map((scheme) => ({ scheme, at: headers.indexOf(scheme.header ?? '') }));
    this.#scopes = scopes;
    this.#realm = realm;
  }

  /**
   * Who is it? Decided by the head of the request and its connection. A promise only where there is something to wait for.
   *
   * @throws {BusError} 401 with every challenge there is; 403 `FORBIDDEN` for a caller that lacks a scope; 503 when the keys
   * that tokens are signed with cannot be had, or too many passwords are being checked
   */
  admit(presented: Presented): Caller | Promise<Caller> {
    const values = this.#headers.map((header) => this.#valueOf(header, presented));
    return this.#ask(0, { presented, values, verdicts: [] });
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
    throw this.#refusal(inquiry);
  }

  #verdictOf(index: number, { values, presented }: Inquiry): Verdict | Promise<Verdict> {
    const { scheme, at } = this.#schemes[index] ?? {};
    return scheme?.check(values[at ?? -1], presented) ?? { outcome: 'none' };
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

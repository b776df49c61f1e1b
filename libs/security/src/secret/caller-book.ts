import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Caller } from '../caller';
import type { Derivations } from './derivations';
import { digestOf, randomSalt, storedSecret } from './stored-secret';

/** A caller, and what it has to show. */
export interface KnownCaller {
  readonly caller: Caller;
  /** Default: none, as with keys and tokens. */
  readonly username?: string;
  /** In the clear, `sha256:…` or `scrypt:…`. */
  readonly secret: string;
}

interface Entry {
  readonly caller: Caller;
  readonly username: Buffer;
  readonly digest: Buffer;
  readonly derivation: Derivation | undefined;
}

interface Derivation {
  readonly salt: Buffer;
  readonly derived: Buffer;
}

const NOBODY = digestOf('');
/** Callers whose secret is derived are few; this many of them do not pay for it again. */
const MOST_REMEMBERED = 1_000;

/**
 * The callers of a definition, found by what they show. Every look-up compares with all of them, whoever it finds, and derives as
 * often for a name that nobody has as for one with a wrong password: neither shows in the time it takes.
 */
export class CallerBook {
  readonly #entries: readonly Entry[];
  readonly #derivationsEach: number;
  readonly #runs: Derivations;
  readonly #remembered = new Map<string, Caller>();
  readonly #underWay = new Map<string, Promise<Caller | undefined>>();
  readonly #key = randomBytes(32);

  constructor(callers: readonly KnownCaller[], runs: Derivations) {
    this.#entries = callers.map(entryOf);
    this.#derivationsEach = mostOfOneName(this.#entries);
    this.#runs = runs;
  }

  /** A promise only where the definition has derived secrets, and this is one that has not been seen. */
  find(secret: string, username?: string): Caller | undefined | Promise<Caller | undefined> {
    const name = username === undefined ? NOBODY : digestOf(username);
    const found = this.#compare(digestOf(secret), name);
    if (found || this.#derivationsEach === 0) return found;
    // No name has a colon in it (RFC 7617 §2).
    const key = createHmac('sha256', this.#key)
      .update(`${username ?? ''}:${secret}`)
      .digest('base64');
    return this.#remembered.get(key) ?? this.#underWay.get(key) ?? this.#begin(key, secret, name);
  }

  #compare(digest: Buffer, username: Buffer): Caller | undefined {
    let found: Caller | undefined;
    for (const entry of this.#entries) {
      const isName = timingSafeEqual(entry.username, username);
      const isSecret = timingSafeEqual(entry.digest, digest);
      if (isName && isSecret) found = entry.caller;
    }
    return found;
  }

  #begin(key: string, secret: string, username: Buffer): Promise<Caller | undefined> {
    const search = this.#derive(secret, username)
      .then((caller) => this.#remember(key, caller))
      .finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, search);
    return search;
  }

  async #derive(secret: string, username: Buffer): Promise<Caller | undefined> {
    const candidates = this.#entries.filter((entry) => entry.derivation && timingSafeEqual(entry.username, username));
    let found: Caller | undefined;
    for (let index = 0; index < this.#derivationsEach; index++) {
      const { caller, derivation } = candidates[index] ?? {};
      const derived = await this.#runs.run(secret, derivation?.salt ?? randomSalt());
      if (derivation && timingSafeEqual(derived, derivation.derived)) found = caller;
    }
    return found;
  }

  #remember(key: string, caller: Caller | undefined): Caller | undefined {
    const [oldest] = this.#remembered.keys();
    if (oldest !== undefined && this.#remembered.size >= MOST_REMEMBERED) this.#remembered.delete(oldest);
    if (caller) this.#remembered.set(key, caller);
    return caller;
  }
}

/** A secret that is derived has a digest, too, which nothing has: so that it costs no less to compare with. */
function entryOf({ caller, username, secret }: KnownCaller): Entry {
  const stored = storedSecret(secret);
  const name = username === undefined ? NOBODY : digestOf(username);
  if ('digest' in stored) return { caller, username: name, digest: stored.digest, derivation: undefined };
  return { caller, username: name, digest: randomBytes(NOBODY.length), derivation: stored };
}

function mostOfOneName(entries: readonly Entry[]): number {
  const counts = new Map<string, number>();
  for (const { username, derivation } of entries) {
    const name = username.toString('latin1');
    if (derivation) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Caller } from '../caller';
import type { Client } from '../client/client';
import { clientNetworkOf } from '../client/client-network';
import type { Derivations, Derivee } from './derivations';
import { SharedSearch } from './shared-search';
import { digestOf, randomSalt, storedSecret } from './stored-secret';

/** A caller, and what it has to show. */
export interface KnownCaller {
  readonly caller: Caller;
  /** Default: none, as with keys and tokens. */
  readonly username?: string;
  /** In the clear, `sha256:…` or `scrypt:…`. */
  readonly secret: string;
}

/** What a request shows. */
interface Shown {
  readonly secret: string;
  /** Digest of the user name. */
  readonly name: Buffer;
  readonly client: Client | undefined;
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
  readonly #underWay = new Map<string, SharedSearch>();
  readonly #key = randomBytes(32);

  constructor(callers: readonly KnownCaller[], runs: Derivations) {
    this.#entries = callers.map(entryOf);
    this.#derivationsEach = mostOfOneName(this.#entries);
    this.#runs = runs;
  }

  /**
   * A promise only where the definition has derived secrets, and this is one that has not been seen.
   *
   * @param client - for whom a secret is derived. Default: an unknown one, who waits for the outcome however long it takes
   */
  find(secret: string, username?: string, client?: Client): Caller | undefined | Promise<Caller | undefined> {
    const name = username === undefined ? NOBODY : digestOf(username);
    const found = this.#compare(digestOf(secret), name);
    if (found || this.#derivationsEach === 0) return found;
    // No name has a colon in it (RFC 7617 §2).
    const key = createHmac('sha256', this.#key)
      .update(`${username ?? ''}:${secret}`)
      .digest('base64');
    return this.#remembered.get(key) ?? this.#search(key, { secret, name, client });
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

  /** Those who show the same from one network at the same time share one search, which ends early when all of them have left. */
  #search(key: string, { secret, name, client }: Shown): Promise<Caller | undefined> {
    const network = clientNetworkOf(client?.ip ?? '');
    const place = `${key} ${network}`;
    const underWay = this.#underWay.get(place);
    if (underWay?.isWanted) return underWay.join(client?.signal);
    const search = new SharedSearch(async (signal) => {
      const caller = await this.#derive(secret, name, { definition: this, network, signal });
      return this.#remember(key, caller);
    });
    this.#underWay.set(place, search);
    search.onEnd(() => {
      if (this.#underWay.get(place) === search) this.#underWay.delete(place);
    });
    return search.join(client?.signal);
  }

  async #derive(secret: string, username: Buffer, derivee: Derivee): Promise<Caller | undefined> {
    const candidates = this.#entries.filter((entry) => entry.derivation && timingSafeEqual(entry.username, username));
    let found: Caller | undefined;
    for (let index = 0; index < this.#derivationsEach; index++) {
      const { caller, derivation } = candidates[index] ?? {};
      const derived = await this.#runs.run(secret, derivation?.salt ?? randomSalt(), derivee);
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

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Caller } from '../caller';
import type { Client } from '../client/client';
import { findClientNetwork } from '../client/client-network';
import type { PasswordHasher, HashRequester } from './password-hasher';
import { SharedLookup } from './shared-lookup';
import { createDigest, generateSalt, parseStoredSecret } from './stored-secret';

/** A caller and its credentials. */
export interface CallerCredentials {
  readonly caller: Caller;
  /** Default: none, as for keys and tokens. */
  readonly username?: string;
  /** In the clear, `sha256:…` or `scrypt:…`. */
  readonly secret: string;
}

/** The credentials of a request. */
interface PresentedCredentials {
  readonly secret: string;
  /** Digest of the user name. */
  readonly usernameDigest: Buffer;
  readonly client: Client | undefined;
}

interface CredentialEntry {
  readonly caller: Caller;
  readonly username: Buffer;
  readonly digest: Buffer;
  readonly derivation: DerivedSecret | undefined;
}

interface DerivedSecret {
  readonly salt: Buffer;
  readonly derived: Buffer;
}

const NO_USERNAME = createDigest('');
/** Successful look-ups of scrypt secrets that are cached. */
const MAX_CACHED_CALLERS = 1_000;

/**
 * The callers of a definition, found by their credentials. Every look-up compares with all callers, and an unknown user name costs as
 * many hashes as a wrong password, so that the time of a look-up reveals neither.
 */
export class CredentialStore {
  readonly #entries: readonly CredentialEntry[];
  readonly #derivationsPerLookup: number;
  readonly #hasher: PasswordHasher;
  readonly #cache = new Map<string, Caller>();
  readonly #pending = new Map<string, SharedLookup>();
  readonly #hmacKey = randomBytes(32);

  constructor(callers: readonly CallerCredentials[], hasher: PasswordHasher) {
    this.#entries = callers.map(createEntry);
    this.#derivationsPerLookup = countMaxPerUsername(this.#entries);
    this.#hasher = hasher;
  }

  /**
   * Finds a caller; `undefined` if the credentials are wrong. Returns a promise only for definitions with scrypt secrets, if the result is
   * not cached.
   *
   * @param client - for fair queueing and to abort. Default: an unknown client that never leaves
   */
  find(secret: string, username?: string, client?: Client): Caller | undefined | Promise<Caller | undefined> {
    const usernameDigest = username === undefined ? NO_USERNAME : createDigest(username);
    const found = this.#compare(createDigest(secret), usernameDigest);
    if (found || this.#derivationsPerLookup === 0) return found;
    // A user name has no colon (RFC 7617 §2).
    const key = createHmac('sha256', this.#hmacKey)
      .update(`${username ?? ''}:${secret}`)
      .digest('base64');
    return this.#cache.get(key) ?? this.#search(key, { secret, usernameDigest, client });
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

  /** Concurrent requests with the same credentials from one network share a search, which is aborted when all of them have left. */
  #search(key: string, { secret, usernameDigest, client }: PresentedCredentials): Promise<Caller | undefined> {
    const network = findClientNetwork(client?.ip ?? '');
    const searchKey = `${key} ${network}`;
    const pending = this.#pending.get(searchKey);
    if (pending?.hasWaiters) return pending.join(client?.signal);
    const search = new SharedLookup(async (signal) => {
      const caller = await this.#derive(secret, usernameDigest, { definition: this, network, signal });
      return this.#cacheCaller(key, caller);
    });
    this.#pending.set(searchKey, search);
    search.onSettled(() => {
      if (this.#pending.get(searchKey) === search) this.#pending.delete(searchKey);
    });
    return search.join(client?.signal);
  }

  async #derive(secret: string, username: Buffer, requester: HashRequester): Promise<Caller | undefined> {
    const candidates = this.#entries.filter((entry) => entry.derivation && timingSafeEqual(entry.username, username));
    let found: Caller | undefined;
    for (let index = 0; index < this.#derivationsPerLookup; index++) {
      const { caller, derivation } = candidates[index] ?? {};
      const derived = await this.#hasher.hash(secret, derivation?.salt ?? generateSalt(), requester);
      if (derivation && timingSafeEqual(derived, derivation.derived)) found = caller;
    }
    return found;
  }

  #cacheCaller(key: string, caller: Caller | undefined): Caller | undefined {
    const [oldest] = this.#cache.keys();
    if (oldest !== undefined && this.#cache.size >= MAX_CACHED_CALLERS) this.#cache.delete(oldest);
    if (caller) this.#cache.set(key, caller);
    return caller;
  }
}

/** A scrypt secret gets a random digest that matches nothing, so that every entry costs the same comparison. */
function createEntry({ caller, username, secret }: CallerCredentials): CredentialEntry {
  const stored = parseStoredSecret(secret);
  const name = username === undefined ? NO_USERNAME : createDigest(username);
  if ('digest' in stored) return { caller, username: name, digest: stored.digest, derivation: undefined };
  return { caller, username: name, digest: randomBytes(NO_USERNAME.length), derivation: stored };
}

function countMaxPerUsername(entries: readonly CredentialEntry[]): number {
  const counts = new Map<string, number>();
  for (const { username, derivation } of entries) {
    const name = username.toString('latin1');
    if (derivation) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

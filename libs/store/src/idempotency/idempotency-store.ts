import type { StoredResponse } from './stored-response';

/** One request with a key, and whoever carries it out if it is the first. */
export interface IdempotencyClaim {
  /** Who asks for what, hashed: bus, channel, caller and the key itself. */
  readonly key: string;
  /** Whose request it is: a store that is bounded shares its room among clients. Several requests have the same. */
  readonly client: string;
  /** What is asked, hashed: the same key with another one is a mistake of the client's. */
  readonly fingerprint: string;
  /** Unique to the claim: nobody else can end what it began. */
  readonly token: string;
  /** How long carrying it out takes at the most; after that, whoever did it has died or could not record the end. */
  readonly leaseMs: number;
  /** How long the record is kept, from the beginning, and once more from the end. */
  readonly keepMs: number;
}

/**
 * What a store makes of a claim.
 *
 * - `started`: the key is new, and the claimant is the only one to carry the request out
 * - `replay`: the request was carried out before
 * - `running`: somebody else is carrying it out
 * - `mismatch`: the key belongs to another request
 * - `unknown`: it was begun, and its lease passed without an end; it is never begun a second time
 */
export type IdempotencyState =
  | { readonly is: 'started' | 'running' | 'mismatch' | 'unknown' }
  | { readonly is: 'replay'; readonly response: StoredResponse };

/**
 * Keeps, by key, which requests were begun and how they ended. Of any number of claims with one key at the same time, over all
 * processes that share the store, exactly one is told `started`.
 *
 * Gives promises only where there is something to wait for. Whatever fails is a failure of the store: nobody may go on then.
 */
export abstract class IdempotencyStore {
  /** Claims a key. A key whose record has expired is new. */
  abstract begin(claim: IdempotencyClaim): IdempotencyState | Promise<IdempotencyState>;

  /** Records the answer, even past the lease. Without effect on what another claim began. */
  abstract finish(claim: IdempotencyClaim, answer: StoredResponse): void | Promise<void>;

  /** Forgets what the claim began, so that its key is new. Without effect on what another claim began, or on what has ended. */
  abstract release(claim: IdempotencyClaim): void | Promise<void>;

  /** Lets go of connections. */
  abstract close(): Promise<void>;
}

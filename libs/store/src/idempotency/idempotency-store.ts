import type { StoredResponse } from './stored-response';

/** A request with an idempotency key. */
export interface IdempotencyClaim {
  /** Hash of bus, channel, caller and the key itself. */
  readonly key: string;
  /** The client of the request. A bounded store divides its capacity among clients. */
  readonly client: string;
  /** Hash of the request: the same key with another fingerprint is a mistake of the client. */
  readonly fingerprint: string;
  /** Unique to the claim, so that no other claim can finish or release its record. */
  readonly token: string;
  /** Maximum processing time. After it, the process has died or could not record the outcome. */
  readonly leaseMs: number;
  /** Retention of the record, from the start, and again from the end. */
  readonly keepMs: number;
}

/**
 * The state of a key for a claim.
 *
 * - `started`: the key is new, and only this claim may process the request
 * - `replay`: the request was processed before
 * - `running`: another claim is processing it
 * - `mismatch`: the key belongs to another request
 * - `unknown`: it was started, and its lease expired without an outcome; it is never started again
 */
export type IdempotencyState =
  | { readonly status: 'started' | 'running' | 'mismatch' | 'unknown' }
  | { readonly status: 'replay'; readonly response: StoredResponse };

/**
 * Stores by key which requests were started and their outcome. Of concurrent claims with one key, over all processes that share the store,
 * exactly one gets `started`.
 *
 * Returns promises only if the store is asynchronous. An error is a failure of the store, and the request must not be processed.
 */
export abstract class IdempotencyStore {
  /** Claims a key. A key whose record has expired is new. */
  abstract begin(claim: IdempotencyClaim): IdempotencyState | Promise<IdempotencyState>;

  /** Records the response, even after the lease. No effect on the record of another claim. */
  abstract finish(claim: IdempotencyClaim, response: StoredResponse): void | Promise<void>;

  /** Removes the record of the claim, so that its key is new. No effect on the record of another claim, or a completed one. */
  abstract release(claim: IdempotencyClaim): void | Promise<void>;

  /** Closes connections. */
  abstract close(): Promise<void>;
}

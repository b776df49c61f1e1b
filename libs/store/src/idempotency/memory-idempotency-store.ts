import { createFailure } from '@trunkline/failures';
import { type Clock, systemClock } from '@trunkline/time';
import { type CompletedRequest, CompletedRequests } from './completed-requests';
import { type IdempotencyClaim, type IdempotencyState, IdempotencyStore } from './idempotency-store';
import type { StoredResponse } from './stored-response';

/** Limits of the store. */
export interface MemoryIdempotencyLimits {
  /** Maximum number of requests, running and completed. Default 100 000. */
  readonly entries?: number;
  /** Maximum memory of responses, headers included. Default 64 MiB. */
  readonly bytes?: number;
}

interface RunningRequest {
  readonly claim: IdempotencyClaim;
  readonly leaseUntilMs: number;
  readonly expiresAtMs: number;
}

const MAX_ENTRIES = 100_000;
const MAX_BYTES = 64 * 1_024 * 1_024;

/**
 * Stores the records in the process, for a single bus whose records may be lost when it ends.
 *
 * The store is bounded, at the expense of the client with the most records. Beyond `bytes`, its oldest responses are dropped, and only their
 * status remains. Beyond `entries`, its oldest requests are removed. Running requests are never removed.
 */
export class MemoryIdempotencyStore extends IdempotencyStore {
  /** Ordered by start. */
  readonly #running = new Map<string, RunningRequest>();
  #completed: CompletedRequests;
  readonly #maxEntries: number;
  readonly #maxBytes: number;

  constructor(
    { entries = MAX_ENTRIES, bytes = MAX_BYTES }: MemoryIdempotencyLimits = {},
    private readonly clock: Clock = systemClock,
  ) {
    super();
    this.#maxEntries = entries;
    this.#maxBytes = bytes;
    this.#completed = new CompletedRequests(bytes);
  }

  /** @throws {BusError} `STORE_UNAVAILABLE` when the store is full of running requests */
  begin(claim: IdempotencyClaim): IdempotencyState {
    const nowMs = this.clock.nowMs();
    this.#removeExpired(nowMs);
    const answered = this.#completed.find(claim.key);
    if (answered && answered.expiresAtMs > nowMs) return toCompletedState(answered, claim);
    const running = this.#running.get(claim.key);
    if (running && running.expiresAtMs > nowMs) return toRunningState(running, claim, nowMs);
    this.#completed.delete(claim.key);
    this.#evictIfFull();
    const { leaseMs, keepMs } = claim;
    if (running) this.#running.delete(claim.key);
    this.#running.set(claim.key, {
      claim,
      leaseUntilMs: nowMs + leaseMs,
      expiresAtMs: nowMs + Math.max(leaseMs, keepMs),
    });
    return { status: 'started' };
  }

  finish(claim: IdempotencyClaim, response: StoredResponse): void {
    if (this.#running.get(claim.key)?.claim.token !== claim.token) return;
    this.#running.delete(claim.key);
    this.#completed.add(claim, response, this.clock.nowMs() + claim.keepMs);
  }

  release(claim: IdempotencyClaim): void {
    if (this.#running.get(claim.key)?.claim.token === claim.token) this.#running.delete(claim.key);
  }

  async close(): Promise<void> {
    this.#running.clear();
    this.#completed = new CompletedRequests(this.#maxBytes);
  }

  #evictIfFull(): void {
    if (this.#running.size + this.#completed.size < this.#maxEntries) return;
    if (this.#completed.size === 0) throw createFailure('STORE_UNAVAILABLE');
    this.#completed.evictOne();
  }

  /** Removes expired requests from the oldest on, up to the first that has not expired. A longer retention only delays the removal. */
  #removeExpired(nowMs: number): void {
    for (const [key, { expiresAtMs }] of this.#running) {
      if (expiresAtMs > nowMs) break;
      this.#running.delete(key);
    }
    this.#completed.removeExpired(nowMs);
  }
}

function toCompletedState({ fingerprint, response }: CompletedRequest, claim: IdempotencyClaim): IdempotencyState {
  return fingerprint === claim.fingerprint ? { status: 'replay', response } : { status: 'mismatch' };
}

function toRunningState(running: RunningRequest, { fingerprint }: IdempotencyClaim, nowMs: number): IdempotencyState {
  if (running.claim.fingerprint !== fingerprint) return { status: 'mismatch' };
  return { status: running.leaseUntilMs > nowMs ? 'running' : 'unknown' };
}

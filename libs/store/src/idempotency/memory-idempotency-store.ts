import { createFailure } from '@trunkline/failures';
import { type Clock, systemClock } from '@trunkline/time';
import { type CompletedRequest, CompletedRequests } from './completed-requests';
import { type IdempotencyClaim, type IdempotencyState, IdempotencyStore } from './idempotency-store';
import type { StoredResponse } from './stored-response';

/** How much the store may take of the process's memory. */
export interface MemoryIdempotencyLimits {
  /** Requests, running and answered. Default 100 000. */
  readonly entries?: number;
  /** Answers, headers included. Default 64 MiB. */
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
 * Keeps the records in the process: for a bus that runs alone, and whose clients can live with the records ending when it does.
 *
 * It is bounded, and the client that takes the most room makes room. Over `bytes`, its oldest answers go, and what is left is that
 * the request was carried out, and with which status. Over `entries`, its oldest requests are forgotten. What is running never is.
 */
export class MemoryIdempotencyStore extends IdempotencyStore {
  /** In the order in which they came to be there, so that the oldest are found first. */
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

  /** @throws {BusError} `STORE_UNAVAILABLE` when it is full of requests that are running */
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
    return { is: 'started' };
  }

  finish(claim: IdempotencyClaim, answer: StoredResponse): void {
    if (this.#running.get(claim.key)?.claim.token !== claim.token) return;
    this.#running.delete(claim.key);
    this.#completed.add(claim, answer, this.clock.nowMs() + claim.keepMs);
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

  /** From the oldest on, as far as they have expired: whoever keeps records longer than others only holds up the tidying. */
  #removeExpired(nowMs: number): void {
    for (const [key, { expiresAtMs }] of this.#running) {
      if (expiresAtMs > nowMs) break;
      this.#running.delete(key);
    }
    this.#completed.removeExpired(nowMs);
  }
}

function toCompletedState({ fingerprint, response }: CompletedRequest, claim: IdempotencyClaim): IdempotencyState {
  return fingerprint === claim.fingerprint ? { is: 'replay', response } : { is: 'mismatch' };
}

function toRunningState(running: RunningRequest, { fingerprint }: IdempotencyClaim, nowMs: number): IdempotencyState {
  if (running.claim.fingerprint !== fingerprint) return { is: 'mismatch' };
  return { is: running.leaseUntilMs > nowMs ? 'running' : 'unknown' };
}

import { failureOf } from '@trunkline/failures';
import { type Clock, systemClock } from '@trunkline/time';
import { type AnsweredRequest, AnsweredRequests } from './answered-requests';
import { type IdempotencyClaim, type IdempotencyState, IdempotencyStore } from './idempotency-store';
import type { KeptAnswer } from './kept-answer';

/** How much the store may take of the process's memory. */
export interface MemoryIdempotencyLimits {
  /** Requests, running and answered. Default 100 000. */
  readonly entries?: number;
  /** Answers, headers included. Default 64 MiB. */
  readonly bytes?: number;
}

interface Running {
  readonly claim: IdempotencyClaim;
  readonly leaseUntilMs: number;
  readonly expiresAtMs: number;
}

const MOST_ENTRIES = 100_000;
const MOST_BYTES = 64 * 1_024 * 1_024;

/**
 * Keeps the records in the process: for a bus that runs alone, and whose clients can live with the records ending when it does.
 *
 * It is bounded, and the client that takes the most room makes room. Over `bytes`, its oldest answers go, and what is left is that
 * the request was carried out, and with which status. Over `entries`, its oldest requests are forgotten. What is running never is.
 */
export class MemoryIdempotencyStore extends IdempotencyStore {
  /** In the order in which they came to be there, so that the oldest are found first. */
  readonly #running = new Map<string, Running>();
  #answered: AnsweredRequests;
  readonly #mostEntries: number;
  readonly #mostBytes: number;

  constructor(
    { entries = MOST_ENTRIES, bytes = MOST_BYTES }: MemoryIdempotencyLimits = {},
    private readonly clock: Clock = systemClock,
  ) {
    super();
    this.#mostEntries = entries;
    this.#mostBytes = bytes;
    this.#answered = new AnsweredRequests(bytes);
  }

  /** @throws {BusError} `STORE_UNAVAILABLE` when it is full of requests that are running */
  begin(claim: IdempotencyClaim): IdempotencyState {
    const nowMs = this.clock.nowMs();
    this.#forgetExpired(nowMs);
    const answered = this.#answered.find(claim.key);
    if (answered && answered.expiresAtMs > nowMs) return stateOfAnswered(answered, claim);
    const running = this.#running.get(claim.key);
    if (running && running.expiresAtMs > nowMs) return stateOfRunning(running, claim, nowMs);
    this.#answered.delete(claim.key);
    this.#makeRoom();
    const { leaseMs, keepMs } = claim;
    if (running) this.#running.delete(claim.key);
    this.#running.set(claim.key, {
      claim,
      leaseUntilMs: nowMs + leaseMs,
      expiresAtMs: nowMs + Math.max(leaseMs, keepMs),
    });
    return { is: 'started' };
  }

  finish(claim: IdempotencyClaim, answer: KeptAnswer): void {
    if (this.#running.get(claim.key)?.claim.token !== claim.token) return;
    this.#running.delete(claim.key);
    this.#answered.add(claim, answer, this.clock.nowMs() + claim.keepMs);
  }

  free(claim: IdempotencyClaim): void {
    if (this.#running.get(claim.key)?.claim.token === claim.token) this.#running.delete(claim.key);
  }

  async close(): Promise<void> {
    this.#running.clear();
    this.#answered = new AnsweredRequests(this.#mostBytes);
  }

  #makeRoom(): void {
    if (this.#running.size + this.#answered.size < this.#mostEntries) return;
    if (this.#answered.size === 0) throw failureOf('STORE_UNAVAILABLE');
    this.#answered.forgetOne();
  }

  /** From the oldest on, as far as they have expired: whoever keeps records longer than others only holds up the tidying. */
  #forgetExpired(nowMs: number): void {
    for (const [key, { expiresAtMs }] of this.#running) {
      if (expiresAtMs > nowMs) break;
      this.#running.delete(key);
    }
    this.#answered.forgetExpired(nowMs);
  }
}

function stateOfAnswered({ fingerprint, answer }: AnsweredRequest, claim: IdempotencyClaim): IdempotencyState {
  return fingerprint === claim.fingerprint ? { is: 'replay', answer } : { is: 'mismatch' };
}

function stateOfRunning(running: Running, { fingerprint }: IdempotencyClaim, nowMs: number): IdempotencyState {
  if (running.claim.fingerprint !== fingerprint) return { is: 'mismatch' };
  return { is: running.leaseUntilMs > nowMs ? 'running' : 'unknown' };
}

import { failureOf } from '@trunkline/failures';
import { type Clock, systemClock } from '@trunkline/time';
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

interface Answered {
  readonly fingerprint: string;
  readonly answer: KeptAnswer;
  readonly bytes: number;
  readonly expiresAtMs: number;
}

const MOST_ENTRIES = 100_000;
const MOST_BYTES = 64 * 1_024 * 1_024;
/** Counted for each answer besides its text: the objects that hold it, and its key. */
const OVERHEAD_BYTES = 512;

/**
 * Keeps the records in the process: for a bus that runs alone, and whose clients can live with the records ending when it does.
 *
 * It is bounded: where it is full, the answers given longest ago make room. What is running never does.
 */
export class MemoryIdempotencyStore extends IdempotencyStore {
  /** Both in the order in which they came to be there, so that the oldest are found first. */
  readonly #running = new Map<string, Running>();
  readonly #answered = new Map<string, Answered>();
  #bytes = 0;
  readonly #mostEntries: number;
  readonly #mostBytes: number;

  constructor(
    { entries = MOST_ENTRIES, bytes = MOST_BYTES }: MemoryIdempotencyLimits = {},
    private readonly clock: Clock = systemClock,
  ) {
    super();
    this.#mostEntries = entries;
    this.#mostBytes = bytes;
  }

  /** @throws {BusError} `STORE_UNAVAILABLE` when it is full of requests that are running */
  begin(claim: IdempotencyClaim): IdempotencyState {
    const nowMs = this.clock.nowMs();
    this.#forgetExpired(nowMs);
    const answered = this.#answered.get(claim.key);
    if (answered && answered.expiresAtMs > nowMs) return stateOfAnswered(answered, claim);
    const running = this.#running.get(claim.key);
    if (running && running.expiresAtMs > nowMs) return stateOfRunning(running, claim, nowMs);
    if (answered) this.#dropAnswer(claim.key, answered);
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
    const { fingerprint, keepMs } = claim;
    const bytes = bytesOf(answer);
    this.#answered.set(claim.key, { fingerprint, answer, bytes, expiresAtMs: this.clock.nowMs() + keepMs });
    this.#bytes += bytes;
    while (this.#bytes > this.#mostBytes) this.#dropOldestAnswer();
  }

  free(claim: IdempotencyClaim): void {
    if (this.#running.get(claim.key)?.claim.token === claim.token) this.#running.delete(claim.key);
  }

  async close(): Promise<void> {
    this.#running.clear();
    this.#answered.clear();
    this.#bytes = 0;
  }

  #makeRoom(): void {
    if (this.#running.size + this.#answered.size < this.#mostEntries) return;
    if (this.#answered.size === 0) throw failureOf('STORE_UNAVAILABLE');
    this.#dropOldestAnswer();
  }

  /** From the oldest on, as far as they have expired: whoever keeps records longer than others only holds up the tidying. */
  #forgetExpired(nowMs: number): void {
    for (const [key, { expiresAtMs }] of this.#running) {
      if (expiresAtMs > nowMs) break;
      this.#running.delete(key);
    }
    for (const [key, answered] of this.#answered) {
      if (answered.expiresAtMs > nowMs) break;
      this.#dropAnswer(key, answered);
    }
  }

  #dropOldestAnswer(): void {
    for (const [key, answered] of this.#answered) return this.#dropAnswer(key, answered);
  }

  #dropAnswer(key: string, { bytes }: Answered): void {
    this.#answered.delete(key);
    this.#bytes -= bytes;
  }
}

function stateOfAnswered({ fingerprint, answer }: Answered, claim: IdempotencyClaim): IdempotencyState {
  return fingerprint === claim.fingerprint ? { is: 'replay', answer } : { is: 'mismatch' };
}

function stateOfRunning(running: Running, { fingerprint }: IdempotencyClaim, nowMs: number): IdempotencyState {
  if (running.claim.fingerprint !== fingerprint) return { is: 'mismatch' };
  return { is: running.leaseUntilMs > nowMs ? 'running' : 'unknown' };
}

function bytesOf({ headers, body }: KeptAnswer): number {
  let bytes = OVERHEAD_BYTES + (body === undefined ? 0 : Buffer.byteLength(body));
  for (const name in headers) bytes += name.length + (headers[name]?.length ?? 0);
  return bytes;
}

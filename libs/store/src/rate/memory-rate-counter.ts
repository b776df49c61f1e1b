import { type Clock, systemClock } from '@trunkline/time';
import { type RateClaim, RateCounter, type RateDecision } from './rate-counter';

const MAX_KEYS = 100_000;

/** Options of a counter in memory. */
export interface MemoryRateCounterOptions {
  /** Default: the clock of the process. */
  readonly clock?: Clock;
  /** Maximum number of keys. Default 100 000. */
  readonly maxKeys?: number;
}

/**
 * Counts in this process only, synchronously and without timers. Stores a number per key, and drops the least recently used keys.
 */
export class MemoryRateCounter extends RateCounter {
  /** The instant at which the bucket of a key will be full, ordered by last use. */
  readonly #fullAtMs = new Map<string, number>();
  /** The most recently used key. */
  #lastKey: string | undefined;
  readonly #clock: Clock;
  readonly #maxKeys: number;

  constructor({ clock = systemClock, maxKeys = MAX_KEYS }: MemoryRateCounterOptions = {}) {
    super();
    this.#clock = clock;
    this.#maxKeys = maxKeys;
  }

  override take(claims: readonly RateClaim[]): RateDecision {
    const nowMs = this.#clock.nowMs();
    const debtsMs: number[] = [];
    let isAllowed = true;
    for (const claim of claims) {
      const debtMs = this.#getDebt(claim, nowMs);
      if (debtMs > claim.bucket.maxDebtMs) isAllowed = false;
      debtsMs.push(debtMs);
    }
    let index = 0;
    for (const { key, bucket } of claims) {
      const debtMs = (debtsMs[index] ?? 0) + (isAllowed ? bucket.costMs : 0);
      debtsMs[index] = debtMs;
      index += 1;
      if (debtMs > 0) this.#store(key, nowMs + debtMs);
    }
    return { isAllowed, debtsMs };
  }

  /** Limited to the debt of a full burst: a key may stem from a stricter limit. */
  #getDebt({ key, bucket }: RateClaim, nowMs: number): number {
    const fullAtMs = this.#fullAtMs.get(key);
    return fullAtMs === undefined ? 0 : Math.min(Math.max(0, fullAtMs - nowMs), bucket.maxDebtMs + bucket.costMs);
  }

  #store(key: string, fullAtMs: number): void {
    const instants = this.#fullAtMs;
    // The key is last already: bursts come from one caller.
    if (key !== this.#lastKey) instants.delete(key);
    this.#lastKey = key;
    instants.set(key, fullAtMs);
    if (instants.size <= this.#maxKeys) return;
    for (const oldest of instants.keys()) {
      instants.delete(oldest);
      return;
    }
  }
}

import { type Clock, systemClock } from '@trunkline/time';
import { type RateClaim, RateCounter, type RateDecision } from './rate-counter';

const MAX_KEYS = 100_000;

/** Where a counter in memory differs from what is usual. */
export interface MemoryRateCounterOptions {
  /** Default: that of the process. */
  readonly clock?: Clock;
  /** Default 100 000. */
  readonly maxKeys?: number;
}

/**
 * Counts in this process alone. Answers at once and has no timers: it keeps a number for each key, and the keys that were used
 * longest ago make room for new ones.
 */
export class MemoryRateCounter extends RateCounter {
  /** By key, when its bucket will be full; in the order of their last use. */
  readonly #fullAtMs = new Map<string, number>();
  /** The last of them. */
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

  /** Never more than what a full burst makes: a key may be left from a limit that was narrower. */
  #getDebt({ key, bucket }: RateClaim, nowMs: number): number {
    const fullAtMs = this.#fullAtMs.get(key);
    return fullAtMs === undefined ? 0 : Math.min(Math.max(0, fullAtMs - nowMs), bucket.maxDebtMs + bucket.costMs);
  }

  #store(key: string, fullAtMs: number): void {
    const kept = this.#fullAtMs;
    // It is in its place already: bursts are of one caller.
    if (key !== this.#lastKey) kept.delete(key);
    this.#lastKey = key;
    kept.set(key, fullAtMs);
    if (kept.size <= this.#maxKeys) return;
    for (const oldest of kept.keys()) {
      kept.delete(oldest);
      return;
    }
  }
}

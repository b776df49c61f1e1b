import { type Clock, systemClock } from '@trunkline/time';
import { type RateClaim, RateCounter, type RateDecision } from './rate-counter';

const MOST_KEYS = 100_000;

/** Where a counter in memory differs from what is usual. */
export interface MemoryRateCounterOptions {
  /** Default: that of the process. */
  readonly clock?: Clock;
  /** Default 100 000. */
  readonly mostKeys?: number;
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
  readonly #mostKeys: number;

  constructor({ clock = systemClock, mostKeys = MOST_KEYS }: MemoryRateCounterOptions = {}) {
    super();
    this.#clock = clock;
    this.#mostKeys = mostKeys;
  }

  override take(claims: readonly RateClaim[]): RateDecision {
    const nowMs = this.#clock.nowMs();
    const debtsMs: number[] = [];
    let isAllowed = true;
    for (const claim of claims) {
      const debtMs = this.#debtOf(claim, nowMs);
      if (debtMs > claim.window.mostDebtMs) isAllowed = false;
      debtsMs.push(debtMs);
    }
    let index = 0;
    for (const { key, window } of claims) {
      const debtMs = (debtsMs[index] ?? 0) + (isAllowed ? window.costMs : 0);
      debtsMs[index] = debtMs;
      index += 1;
      if (debtMs > 0) this.#keep(key, nowMs + debtMs);
    }
    return { isAllowed, debtsMs };
  }

  /** Never more than what a full burst makes: a key may be left from a limit that was narrower. */
  #debtOf({ key, window }: RateClaim, nowMs: number): number {
    const fullAtMs = this.#fullAtMs.get(key);
    return fullAtMs === undefined ? 0 : Math.min(Math.max(0, fullAtMs - nowMs), window.mostDebtMs + window.costMs);
  }

  #keep(key: string, fullAtMs: number): void {
    const kept = this.#fullAtMs;
    // It is in its place already: bursts are of one caller.
    if (key !== this.#lastKey) kept.delete(key);
    this.#lastKey = key;
    kept.set(key, fullAtMs);
    if (kept.size <= this.#mostKeys) return;
    for (const oldest of kept.keys()) {
      kept.delete(oldest);
      return;
    }
  }
}

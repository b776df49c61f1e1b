import type { Clock } from '@trunkline/time';

/** How many attempts beyond the first a connection may make. */
export interface RetryBudgetOptions {
  /** Of all calls, 0 to 1. */
  readonly ratio: number;
  /** Beside those, so that a connection with few calls can retry at all. */
  readonly perSecond: number;
}

/** What is saved up is worth this much time of `perSecond`, as in Finagle, whose deposits live for ten seconds … */
const BURST_SECONDS = 10;
/** … and this many retries at least, as in the example of gRPC's proposal A6. */
const MIN_BURST = 10;

/**
 * Bounds what retries and hedges add to the load of an upstream: from when the budget was made, no more than
 * `ratio` × calls + `perSecond` × (seconds + 1); over any other stretch of time, no more than that and what was saved up,
 * which is the greater of 10 retries and 10 seconds of `perSecond`.
 *
 * A token bucket, because that bound holds over every stretch; a window of counters forgets in steps, and lets twice
 * as much through around each. It holds two numbers, however many calls there are.
 */
export class RetryBudget {
  readonly #maxMillitokens: number;
  readonly #millitokensPerCall: number;
  /** In thousandths of a retry: ten calls at 0.1 make exactly one, and `perSecond` retries a second are as many thousandths a millisecond. */
  #millitokens: number;
  #refilledAtMs: number;

  constructor(
    private readonly options: RetryBudgetOptions,
    private readonly clock: Clock,
  ) {
    this.#maxMillitokens = 1_000 * Math.max(MIN_BURST, BURST_SECONDS * options.perSecond);
    this.#millitokensPerCall = 1_000 * options.ratio;
    this.#millitokens = 1_000 * options.perSecond;
    this.#refilledAtMs = clock.nowMs();
  }

  /** Once per call, whatever comes of it; not once per attempt. */
  recordCall(): void {
    this.#millitokens += this.#millitokensPerCall;
  }

  /** Is there enough for one more attempt? If so, it is spent. What is above the bound is lost first. */
  tryTake(): boolean {
    const nowMs = this.clock.nowMs();
    const earned = (nowMs - this.#refilledAtMs) * this.options.perSecond;
    this.#millitokens = Math.min(this.#maxMillitokens, this.#millitokens + earned);
    this.#refilledAtMs = nowMs;
    if (this.#millitokens < 1_000) return false;
    this.#millitokens -= 1_000;
    return true;
  }
}

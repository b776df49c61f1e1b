import type { Clock } from '@trunkline/time';

/** How many retries a connection may make. */
export interface RetryBudgetOptions {
  /** Retries in proportion to all calls, 0 to 1. */
  readonly ratio: number;
  /** Retries per second in addition, so that a connection with few calls can retry at all. */
  readonly perSecond: number;
}

/** Savings are bounded to this many seconds of `perSecond`, as in Finagle, whose deposits live for ten seconds. */
const BURST_SECONDS = 10;
/** Savings may reach this many retries at least, as in the example of gRPC's proposal A6. */
const MIN_BURST = 10;

/**
 * Bounds the load that retries and hedges add to an upstream. Since the budget was created, there are no more than
 * `ratio` × calls + `perSecond` × (seconds + 1); over any other period no more than that and the savings, which are the greater of
 * 10 retries and 10 seconds of `perSecond`.
 *
 * It is a token bucket, because its bound holds over every period. A window of counters admits twice as much around each of its steps.
 */
export class RetryBudget {
  readonly #maxMillitokens: number;
  readonly #millitokensPerCall: number;
  /** In thousandths of a retry: ten calls at 0.1 make exactly one retry, and `perSecond` is the number of thousandths per millisecond. */
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

  /** Records a call: once per call, not per attempt. */
  recordCall(): void {
    this.#millitokens += this.#millitokensPerCall;
  }

  /** Takes one retry out of the budget. @returns whether there was one */
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

import type { CallScope } from '../call-scope';
import type { LatencyEstimate } from '../latency-estimate';
import type { PolicyEnvironment } from '../policy-environment';
import type { RetryBudget } from '../retry/retry-budget';
import type { HedgedAttempt } from './hedged-attempt';
import { raceHedgedAttempts } from './hedged-race';

/** When a call gets a concurrent attempt, and how many. */
export interface HedgeOptions {
  /** Most attempts besides the first. */
  readonly max: number;
  /** Milliseconds from the start of one attempt to the next. Default: once it takes longer than 95 of 100 calls. */
  readonly afterMs?: number | undefined;
}

/** What a connection's hedge draws on. */
export interface HedgeDependencies {
  /** The connection's own latencies: a call is hedged once it takes longer than 95 of 100. */
  readonly latency: LatencyEstimate;
  /** Shared with the retries: both are load that nobody asked for. */
  readonly budget: RetryBudget;
}

/**
 * Begins another attempt beside one that takes unusually long, and goes by whichever succeeds first (Dean & Barroso, "The
 * Tail at Scale", 2013). For idempotent work only: it may well be done twice.
 *
 * An attempt that fails is no reason to hedge: while others are under way it is let be, and if it was the last one the
 * call has failed, for the reason that came first.
 */
export class Hedge {
  constructor(
    private readonly options: HedgeOptions,
    private readonly dependencies: HedgeDependencies,
    private readonly environment: Pick<PolicyEnvironment, 'name' | 'onEvent'>,
  ) {}

  /**
   * The outcome of the first attempt that resolves; the others are cancelled. Not hedged until there are latencies to go by,
   * where the deadline comes before the hedge would, and where the budget is used.
   *
   * @param startAttempt - begins an attempt that ends with the scope; it never throws, and what must not win rejects
   * @param scope - of the call: once it is cancelled, no attempt is begun
   */
  run<T>(startAttempt: () => HedgedAttempt<T>, scope: CallScope): Promise<T> {
    const afterMs = this.options.afterMs ?? this.dependencies.latency.p95Ms();
    if (afterMs === undefined || afterMs >= scope.deadline.remainingMs()) return startAttempt().outcome;
    return raceHedgedAttempts({
      startAttempt,
      scope,
      afterMs,
      tryStartExtra: (extra) => this.#tryStartExtra(extra, afterMs),
    });
  }

  #tryStartExtra(extra: number, afterMs: number): boolean {
    if (extra > this.options.max || !this.dependencies.budget.tryTake()) return false;
    const { name, onEvent } = this.environment;
    onEvent({ type: 'hedged', name, extra, afterMs });
    return true;
  }
}

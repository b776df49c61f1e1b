import type { CallScope } from '../call-scope';
import type { LatencyEstimate } from '../latency-estimate';
import type { PolicyEnvironment } from '../policy-environment';
import type { RetryBudget } from '../retry/retry-budget';
import type { HedgeEvent } from './hedge-event';
import type { HedgedAttempt } from './hedged-attempt';
import { raceHedgedAttempts } from './hedged-race';

/** When a call gets a concurrent attempt, and how many. */
export interface HedgeOptions {
  /** Most attempts besides the first. */
  readonly max: number;
  /** Milliseconds from the start of one attempt to the next. Default: once it takes longer than 95 of 100 calls. */
  readonly afterMs?: number | undefined;
}

/** What the hedges of a connection depend on. */
export interface HedgeDependencies {
  /** Latencies of the connection: a call is hedged once it takes longer than 95 of 100. */
  readonly latency: LatencyEstimate;
  /** Shared with the retries: both add load to the upstream. */
  readonly budget: RetryBudget;
}

/**
 * Starts a concurrent attempt when one is unusually slow, and uses the first that succeeds (Dean & Barroso, "The Tail at Scale",
 * 2013). For idempotent work only: it may be done twice.
 *
 * A failed attempt is no reason to hedge. It is ignored while others are running; if it was the last one, the call fails with the first
 * failure.
 */
export class Hedge {
  constructor(
    private readonly options: HedgeOptions,
    private readonly dependencies: HedgeDependencies,
    private readonly environment: Pick<PolicyEnvironment<HedgeEvent>, 'name' | 'onEvent'>,
  ) {}

  /**
   * Runs a call. The first attempt that resolves is its outcome, and the others are cancelled. There is no hedge until enough latencies
   * are known, where the deadline is earlier than the hedge, and where the budget is exhausted.
   *
   * @param startAttempt - starts an attempt that ends with the scope; it never throws, and a result that must not win rejects
   * @param scope - scope of the call: once it is cancelled, no attempt starts
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

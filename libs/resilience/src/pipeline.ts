import { Bulkhead, type BulkheadOptions } from './bulkhead/bulkhead';
import { admitAttempts } from './admission/admit-attempts';
import { CircuitBreaker, type CircuitBreakerOptions } from './circuit-breaker/circuit-breaker';
import { Hedge, type HedgeOptions } from './hedge/hedge';
import { hedgeAttempts } from './hedge/hedge-attempts';
import { Hold, type HoldOptions } from './hold/hold';
import { LatencyEstimate } from './latency-estimate';
import { type CallHandler, composeHandler } from './pipeline/call-handler';
import type { CallKind } from './pipeline/call-kind';
import type { PipelineCall } from './pipeline/pipeline-call';
import { limitAttemptTime, limitTotalTime } from './pipeline/time-limits';
import type { PolicyEnvironment } from './policy-environment';
import { Retry, type RetryOptions } from './retry/retry';
import { retryAttempts } from './retry/retry-attempts';
import { RetryBudget, type RetryBudgetOptions } from './retry/retry-budget';

/** The policies of a connection; `undefined` where one is off. */
export interface PipelineOptions {
  readonly retry: RetryOptions | undefined;
  /** Bounds hedges, too: it is present even where nothing is retried. */
  readonly retryBudget: RetryBudgetOptions;
  readonly hold: HoldOptions | undefined;
  readonly circuitBreaker: CircuitBreakerOptions | undefined;
  readonly bulkhead: BulkheadOptions | undefined;
  readonly hedge: HedgeOptions | undefined;
}

/** The policies of one connection in their order, with their state. The state is bounded, whatever the number of calls. */
export class Pipeline<Call extends PipelineCall, Result> {
  /** Makes a call. */
  readonly run: CallHandler<Call, Result>;
  readonly #hold: Hold | undefined;

  constructor(options: PipelineOptions, kind: CallKind<Call, Result>, environment: PolicyEnvironment) {
    const { name, clock } = environment;
    const { classifier, rejections } = kind;
    const latency = new LatencyEstimate();
    const budget = new RetryBudget(options.retryBudget, clock);
    const retry = options.retry && new Retry(options.retry, budget, environment);
    const hedge = options.hedge && new Hedge(options.hedge, { latency, budget }, environment);
    const hold = options.hold && new Hold(options.hold, environment);
    const breaker = options.circuitBreaker && new CircuitBreaker(options.circuitBreaker, environment);
    const bulkhead = options.bulkhead && new Bulkhead(options.bulkhead, { name, onEvent: environment.onEvent });
    this.#hold = hold;
    this.run = composeHandler<Call, Result>(
      [
        limitTotalTime(),
        retryAttempts({ retry, budget, latency, hold, breaker, clock, kind }),
        hedge && hedgeAttempts(hedge, kind),
        admitAttempts({ hold, breaker, bulkhead, classifier, rejections }),
        limitAttemptTime(),
        kind.injectFaults,
      ],
      kind.transport,
    );
  }

  /** Milliseconds until the hold that the upstream has requested ends; 0 where there is none. */
  get holdMs(): number {
    return this.#hold?.remainingMs() ?? 0;
  }
}

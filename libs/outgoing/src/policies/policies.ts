import {
  Bulkhead,
  CircuitBreaker,
  Hedge,
  Hold,
  LatencyEstimate,
  type PolicyEnvironment,
  Retry,
  RetryBudget,
} from '@trunkline/resilience';
import type { AttemptMiddleware } from './attempt-middleware';
import type { HedgeSettings, PolicySettings } from './policy-settings';
import { admitAttempts } from './attempt-admission';
import { BreakerFailureCriteria } from './breaker-failure-criteria';
import { hedgeAttempts } from './attempt-hedging';

/** Of so many latencies the 95th percentile is known. */
const MIN_SAMPLES_FOR_P95 = 20;

/** The policies of one connection, with all that they remember: of bounded size, however many calls there are. */
export class Policies {
  /** Name of the outgoing connection. */
  readonly connection: string;
  readonly retry: Retry | undefined;
  readonly budget: RetryBudget;
  /** Of attempts that succeeded, as their callers saw them. */
  readonly latency = new LatencyEstimate();
  /** Around each attempt, the outermost first. A hedge is outermost, for each of its attempts is asked for and counted. */
  readonly middleware: readonly AttemptMiddleware[];
  readonly #breaker: CircuitBreaker | undefined;
  readonly #hold: Hold | undefined;

  constructor(settings: PolicySettings, environment: PolicyEnvironment) {
    const { retry, retryBudget, hold, circuitBreaker, bulkhead, hedge } = settings;
    const { name, clock } = environment;
    this.connection = name;
    this.#breaker = circuitBreaker && new CircuitBreaker(circuitBreaker, environment);
    this.#hold = hold && new Hold(hold, environment);
    this.budget = new RetryBudget(retryBudget, clock);
    this.retry = retry && new Retry(retry, this.budget, environment);
    const gates = admitAttempts({
      connection: name,
      hold: this.#hold,
      breaker: this.#breaker,
      failureCriteria: new BreakerFailureCriteria(circuitBreaker?.failures ?? []),
      bulkhead: bulkhead && new Bulkhead(bulkhead, environment),
    });
    this.middleware = hedge ? [hedgeAttempts(this.#createHedge(hedge, environment), name), gates] : [gates];
  }

  /** Milliseconds for which the upstream has asked to be left alone; 0 where it has not. */
  get holdMs(): number {
    return this.#hold?.remainingMs() ?? 0;
  }

  /** Is the upstream left alone, but for a probe? */
  get isBreakerTripped(): boolean {
    return this.#breaker !== undefined && this.#breaker.state !== 'closed';
  }

  #createHedge({ max, afterMs }: HedgeSettings, environment: PolicyEnvironment): Hedge {
    const latency = afterMs === undefined ? this.latency : createConstantLatency(afterMs);
    return new Hedge({ max }, { latency, budget: this.budget }, environment);
  }
}

/** An estimate that is not one: all latencies are the same. */
function createConstantLatency(ms: number): LatencyEstimate {
  const estimate = new LatencyEstimate();
  for (let added = 0; added < MIN_SAMPLES_FOR_P95; added += 1) estimate.add(ms);
  return estimate;
}

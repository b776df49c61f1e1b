import type { BulkheadOptions } from './bulkhead/bulkhead';
import type { CircuitBreakerOptions } from './circuit-breaker/circuit-breaker';
import type { HedgeOptions } from './hedge/hedge';
import type { HoldOptions } from './hold/hold';
import type { RetryOptions } from './retry/retry';
import type { RetryBudgetOptions } from './retry/retry-budget';

/** Options of all policies. */
export interface PolicyOptions {
  readonly retry: RetryOptions;
  readonly retryBudget: RetryBudgetOptions;
  readonly hold: HoldOptions;
  readonly circuitBreaker: CircuitBreakerOptions;
  readonly bulkhead: BulkheadOptions;
  readonly hedge: HedgeOptions;
}

/** What holds where nobody says otherwise. Hedging is off then; this is how it is done once it is on. */
export const DEFAULT_POLICY_OPTIONS: PolicyOptions = {
  // Three attempts in one layer, a tenth of the calls: Site Reliability Engineering, "Handling Overload". 50 ms: most passing faults are reset sockets.
  retry: { attempts: 3, initialMs: 50, maxMs: 2_000 },
  retryBudget: { ratio: 0.1, perSecond: 3 },
  // As long as a client is told to wait for a limit that is not the bus's own.
  hold: { maxMs: 300_000 },
  // Five in a row as Envoy and Finagle have it, half of at least twenty as Hystrix had.
  circuitBreaker: {
    consecutive: 5,
    ratio: 0.5,
    minimum: 20,
    windowMs: 10_000,
    openForMs: 5_000,
    maxOpenForMs: 60_000,
  },
  // A long queue before a slow upstream is waiting without work done: it may hold one full load, briefly.
  bulkhead: { concurrent: 64, queue: 64, queueTimeoutMs: 500 },
  hedge: { max: 1 },
};

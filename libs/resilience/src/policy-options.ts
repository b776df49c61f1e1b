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

/** Default options of the policies. Hedging is off by default; its options apply once it is on. */
export const DEFAULT_POLICY_OPTIONS: PolicyOptions = {
  // Three attempts in one layer, a tenth of the calls: Site Reliability Engineering, "Handling Overload". 50 ms: most transient faults are reset sockets.
  retry: { attempts: 3, initialMs: 50, maxMs: 2_000 },
  retryBudget: { ratio: 0.1, perSecond: 3 },
  // The longest Retry-After that clients of the bus receive for a limit of an upstream.
  hold: { maxMs: 300_000 },
  // Five in a row as in Envoy and Finagle, half of at least twenty as in Hystrix.
  circuitBreaker: {
    consecutive: 5,
    ratio: 0.5,
    minimum: 20,
    windowMs: 10_000,
    openForMs: 5_000,
    maxOpenForMs: 60_000,
  },
  // A long queue before a slow upstream only adds latency: it holds one full load, briefly.
  bulkhead: { concurrent: 64, queue: 64, queueTimeoutMs: 500 },
  hedge: { max: 1 },
};

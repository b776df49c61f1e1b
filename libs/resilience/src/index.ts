/**
 * Policies for calls of systems that may be slow, dead or flapping. They decide, and say what they have decided: whether to try
 * again and when, whether to call at all, when to begin a second attempt. Refusals are values, for the caller to word.
 * Not for: making calls, knowing what a failure means to a protocol (outgoing), or deadlines (time).
 */

// To configure
export { DEFAULTS, type PolicyOptions } from './defaults';
export { type PolicyEnvironment, type PolicyListener } from './policy-environment';
export { type OpeningCause, type PolicyEvent } from './policy-event';

// To try again
export { type BackoffOptions, backoffMs } from './retry/backoff';
export { Retry, type RetryOptions } from './retry/retry';
export { RetryBudget, type RetryBudgetOptions } from './retry/retry-budget';
export { type AttemptFailure, type RetryDecision, type RetryRefusal } from './retry/retry-decision';

// To leave an upstream alone
export { Hold, type HoldOptions } from './hold/hold';
export {
  type BreakerEntry,
  type BreakerOutcome,
  type BreakerPass,
  type BreakerRefusal,
} from './circuit-breaker/breaker-entry';
export { type BreakerState, CircuitBreaker, type CircuitBreakerOptions } from './circuit-breaker/circuit-breaker';

// To bound what is under way
export { type CallScope } from './call-scope';
export { type BulkheadEntry, type BulkheadRefusal } from './bulkhead/bulkhead-entry';
export { BulkheadPermit } from './bulkhead/bulkhead-permit';
export { Bulkhead, type BulkheadOptions } from './bulkhead/bulkhead';

// To go by the faster of two attempts
export { Hedge, type HedgeOptions, type HedgeSources } from './hedge/hedge';
export { type HedgedAttempt } from './hedge/hedged-attempt';
export { LatencyEstimate } from './latency-estimate';

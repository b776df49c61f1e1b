/**
 * Policies for calls of systems that may be slow, dead or flapping. They decide, and say what they have decided: whether to try
 * again and when, whether to call at all, when to begin a second attempt. Refusals are values, for the caller to word.
 * Not for: making calls, knowing what a failure means to a protocol (outgoing), or deadlines (time).
 */

// To configure
export { DEFAULT_POLICY_OPTIONS, type PolicyOptions } from './policy-options';
export { type PolicyEnvironment, type PolicyListener } from './policy-environment';
export { type BreakerOpeningCause, type PolicyEvent } from './policy-event';

// To make calls with all policies in their order
export { Pipeline, type PipelineOptions } from './pipeline';
export { type CallHandler, type CallMiddleware, composeHandler } from './pipeline/call-handler';
export {
  type AttemptOutcome,
  type CallKind,
  type OutcomeClassifier,
  type RejectionFactory,
} from './pipeline/call-kind';
export { type PipelineCall } from './pipeline/pipeline-call';
export { limitAttemptTime } from './pipeline/time-limits';

// To try again
export { type BackoffOptions, computeBackoffMs, computeEqualJitterBackoffMs } from './retry/backoff';
export { Retry, type RetryOptions } from './retry/retry';
export { RetryBudget, type RetryBudgetOptions } from './retry/retry-budget';
export { type AttemptFailure, type RetryDecision, type RetryRejectionReason } from './retry/retry-decision';

// To leave an upstream alone
export { Hold, type HoldOptions } from './hold/hold';
export {
  type BreakerDecision,
  type BreakerOutcome,
  type BreakerPermit,
  type BreakerRejection,
} from './circuit-breaker/breaker-decision';
export { type BreakerState, CircuitBreaker, type CircuitBreakerOptions } from './circuit-breaker/circuit-breaker';

// To bound what is under way
export { type CallScope } from './call-scope';
export { type BulkheadDecision, type BulkheadRejection } from './bulkhead/bulkhead-decision';
export { BulkheadPermit } from './bulkhead/bulkhead-permit';
export { Bulkhead, type BulkheadOptions } from './bulkhead/bulkhead';

// To go by the faster of two attempts
export { Hedge, type HedgeOptions, type HedgeDependencies } from './hedge/hedge';
export { type HedgedAttempt } from './hedge/hedged-attempt';
export { LatencyEstimate } from './latency-estimate';

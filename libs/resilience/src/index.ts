/**
 * Policies for calls of systems that may be slow, unavailable or unstable, and the pipeline that puts them in order. The policies
 * decide whether and when to retry, whether to make a call at all, and when to start a concurrent attempt. They report what they decide.
 * Not for: transports and the meaning of a failure in a protocol (outgoing), or deadlines (time).
 */

// To configure
export { DEFAULT_POLICY_OPTIONS } from './pipeline';
export { type PolicyEnvironment } from './policy-environment';

// To make calls with all policies in their order
export { createPipeline, type PipelineOptions, POLICIES, type PolicyEvent } from './pipeline';
export { composePolicies, type Pipeline } from './pipeline/compose-policies';
export { type CallHandler, type CallMiddleware, composeHandler } from './pipeline/call-handler';
export {
  type AttemptOutcome,
  type CallKind,
  type OutcomeClassifier,
  type RejectionFactory,
} from './pipeline/call-kind';
export { type PipelineCall } from './pipeline/pipeline-call';
export { limitAttemptTime } from './pipeline/limit-attempt-time';

// To add a policy: a folder with this contract, and a line of the list in pipeline.ts
export { type Gate } from './policy/gate';
export { type Policy, type PolicyContext, type PolicyStep } from './policy/policy';
export { type DefaultsOf, type EventOf, type OptionsOf } from './policy/derived-types';

// To retry
export { type RetryPolicyOptions } from './retry/policy';
export { type BackoffOptions, computeBackoffMs, computeEqualJitterBackoffMs } from './retry/backoff';
export { Retry, type RetryOptions } from './retry/retry';
export { RetryBudget, type RetryBudgetOptions } from './retry/retry-budget';
export { type AttemptFailure, type RetryDecision, type RetryRejectionReason } from './retry/retry-decision';

// To stop calling an upstream that fails
export { type HoldPolicyOptions } from './hold/policy';
export { type CircuitBreakerPolicyOptions } from './circuit-breaker/policy';
export { Hold, type HoldOptions } from './hold/hold';
export {
  type BreakerDecision,
  type BreakerOutcome,
  type BreakerPermit,
  type BreakerRejection,
} from './circuit-breaker/breaker-decision';
export { type BreakerState, CircuitBreaker, type CircuitBreakerOptions } from './circuit-breaker/circuit-breaker';

// To obey the limit of an upstream
export { type CallLimitPolicyOptions } from './call-limit/policy';
export { type CallCount, type CallCounter } from './call-limit/call-counter';

// To bound concurrent attempts
export { type BulkheadPolicyOptions } from './bulkhead/policy';
export { type CallScope } from './call-scope';
export { type BulkheadDecision, type BulkheadRejection } from './bulkhead/bulkhead-decision';
export { BulkheadPermit } from './bulkhead/bulkhead-permit';
export { Bulkhead, type BulkheadOptions } from './bulkhead/bulkhead';

// To use the faster of two attempts
export { type HedgePolicyOptions } from './hedge/policy';
export { Hedge, type HedgeOptions, type HedgeDependencies } from './hedge/hedge';
export { type HedgedAttempt } from './hedge/hedged-attempt';
export { LatencyEstimate } from './latency-estimate';

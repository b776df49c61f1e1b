import type { CancelScope } from '@trunkline/time';
import type { BreakerOutcome } from '../circuit-breaker/breaker-decision';
import type { CallHandler, CallMiddleware } from './call-handler';

/** How an attempt ended. */
export type AttemptOutcome<Result> = { readonly result: Result } | { readonly failure: unknown };

/** Tells the policies what results and failures of a protocol mean. */
export interface OutcomeClassifier<Call, Result> {
  /** Whether the result is a success: it is returned at once, and its latency is measured. */
  isSuccess(result: Result): boolean;
  /** Whether another attempt is safe, and may succeed. */
  isRetryable(outcome: AttemptOutcome<Result>, call: Call): boolean;
  /** Milliseconds that the upstream wants the caller to wait before the next attempt. */
  findRetryAfterMs(outcome: AttemptOutcome<Result>): number | undefined;
  /** Milliseconds for which the upstream wants no calls at all. */
  findHoldMs(outcome: AttemptOutcome<Result>): number | undefined;
  /** What the outcome shows about the health of the upstream. */
  toBreakerOutcome(outcome: AttemptOutcome<Result>, call: Call): BreakerOutcome;
  /** Whether two attempts of the call may run at the same time. */
  isHedgeable(call: Call): boolean;
  /** Whether the result of a hedged attempt ends the race. A failure of the upstream does not. */
  isDefinitive(result: Result): boolean;
}

/** Creates the errors with which the pipeline rejects calls. */
export interface RejectionFactory {
  createOnHoldError(remainingMs: number): Error;
  createCircuitOpenError(retryAfterMs: number): Error;
  createLimitedError(retryAfterMs: number): Error;
  createOverloadedError(): Error;
  createTimeoutError(): Error;
}

/** A kind of outgoing call, such as REST: the transport of it, and what its outcomes mean. */
export interface CallKind<Call, Result> {
  readonly transport: CallHandler<Call, Result>;
  /** Makes attempts fail on purpose. */
  readonly injectFaults?: CallMiddleware<Call, Result> | undefined;
  readonly classifier: OutcomeClassifier<Call, Result>;
  readonly rejections: RejectionFactory;
  /** Copies a call for a concurrent attempt, which ends with the scope. */
  forkCall(call: Call, scope: CancelScope): Call;
  /** Called before the wait for another attempt. */
  onRetry(call: Call, outcome: AttemptOutcome<Result>, delayMs: number): void;
}

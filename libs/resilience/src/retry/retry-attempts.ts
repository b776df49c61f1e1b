import type { Clock } from '@trunkline/time';
import type { CallScope } from '../call-scope';
import type { CircuitBreaker } from '../circuit-breaker/circuit-breaker';
import type { Hold } from '../hold/hold';
import type { LatencyEstimate } from '../latency-estimate';
import type { CallMiddleware } from '../pipeline/call-handler';
import type { AttemptOutcome, CallKind } from '../pipeline/call-kind';
import type { PipelineCall } from '../pipeline/pipeline-call';
import type { Retry } from './retry';
import type { RetryBudget } from './retry-budget';

/** What retries depend on. */
export interface RetryStepOptions<Call, Result> {
  /** `undefined`: one attempt. */
  readonly retry: Retry | undefined;
  readonly budget: RetryBudget;
  /** Latencies of attempts that succeeded, as their callers saw them. */
  readonly latency: LatencyEstimate;
  readonly hold: Hold | undefined;
  readonly breaker: CircuitBreaker | undefined;
  readonly clock: Clock;
  readonly kind: Pick<CallKind<Call, Result>, 'classifier' | 'onRetry'>;
}

/** Expected latency before any attempt has succeeded: a deadline that has passed leaves no time for an attempt. */
const MIN_LATENCY_MS = 1;

/** Repeats attempts that failed, as the retry policy decides. The last outcome is the outcome of the call. */
export function retryAttempts<Call extends PipelineCall, Result>(
  options: RetryStepOptions<Call, Result>,
): CallMiddleware<Call, Result> {
  const { budget, latency, clock, kind } = options;
  return (attempt) => async (call) => {
    budget.recordCall();
    try {
      for (;;) {
        call.startAttempt();
        const startedAtMs = clock.nowMs();
        let outcome: AttemptOutcome<Result>;
        try {
          outcome = { result: await attempt(call) };
        } catch (failure) {
          outcome = { failure };
        }
        if ('result' in outcome && kind.classifier.isSuccess(outcome.result)) {
          latency.add(clock.nowMs() - startedAtMs);
          return outcome.result;
        }
        const delayMs = planRetry(options, call, outcome);
        if (delayMs === undefined) return settle(outcome);
        kind.onRetry(call, outcome, delayMs);
        await pause(delayMs, call);
      }
    } finally {
      call.end();
    }
  };
}

/** @returns milliseconds to wait before the next attempt; `undefined` where there is none */
function planRetry<Call extends PipelineCall, Result>(
  { retry, hold, breaker, latency, kind }: RetryStepOptions<Call, Result>,
  call: Call,
  outcome: AttemptOutcome<Result>,
): number | undefined {
  if (!retry || call.reason) return undefined;
  const { classifier } = kind;
  const isBreakerClosed = breaker === undefined || breaker.state === 'closed';
  const decision = retry.decide({
    attempt: call.attemptCount,
    isRetryable: isBreakerClosed && classifier.isRetryable(outcome, call),
    retryAfterMs: extendToHoldEnd(classifier.findRetryAfterMs(outcome), hold),
    remainingMs: call.remainingMs(),
    expectedLatencyMs: latency.p50Ms() ?? MIN_LATENCY_MS,
  });
  return decision.retry ? decision.delayMs : undefined;
}

/** A call that has been made once waits for the end of a hold. Other calls are rejected meanwhile. */
function extendToHoldEnd(retryAfterMs: number | undefined, hold: Hold | undefined): number | undefined {
  const holdMs = hold?.remainingMs() ?? 0;
  return holdMs > 0 ? Math.max(retryAfterMs ?? 0, holdMs) : retryAfterMs;
}

function settle<Result>(outcome: AttemptOutcome<Result>): Result {
  if ('result' in outcome) return outcome.result;
  throw outcome.failure;
}

/** Rejects with the reason when the call is cancelled meanwhile. */
function pause(ms: number, scope: CallScope): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stopListening();
      resolve();
    }, ms);
    const stopListening = scope.onCancel((reason) => {
      clearTimeout(timer);
      reject(reason);
    });
  });
}

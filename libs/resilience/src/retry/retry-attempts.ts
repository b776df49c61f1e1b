import type { CallScope } from '../call-scope';
import type { CallMiddleware } from '../pipeline/call-handler';
import type { AttemptOutcome } from '../pipeline/call-kind';
import type { PipelineCall } from '../pipeline/pipeline-call';
import { areRetriesBlocked, findRemainingMs } from '../policy/gate';
import type { PolicyContext } from '../policy/policy';
import type { Retry } from './retry';

/** Expected latency before any attempt has succeeded: a deadline that has passed leaves no time for an attempt. */
const MIN_LATENCY_MS = 1;

/**
 * Repeats attempts that failed, as the retry policy decides. The last outcome is the outcome of the call, whose total time runs meanwhile.
 *
 * @param retry - `undefined`: one attempt
 */
export function retryAttempts<Call extends PipelineCall, Result>(
  retry: Retry | undefined,
  context: PolicyContext<Call, Result, never>,
): CallMiddleware<Call, Result> {
  const { budget, latency, kind } = context;
  const { clock } = context.environment;
  return (attempt) => async (call) => {
    call.start();
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
        const delayMs = retry && planRetry(retry, context, { call, outcome });
        if (delayMs === undefined) return settle(outcome);
        kind.onRetry(call, outcome, delayMs);
        await pause(delayMs, call);
      }
    } finally {
      call.end();
    }
  };
}

interface FailedAttempt<Call, Result> {
  readonly call: Call;
  readonly outcome: AttemptOutcome<Result>;
}

/** @returns milliseconds to wait before the next attempt; `undefined` where there is none */
function planRetry<Call extends PipelineCall, Result>(
  retry: Retry,
  { gates, latency, kind: { classifier } }: PolicyContext<Call, Result, never>,
  { call, outcome }: FailedAttempt<Call, Result>,
): number | undefined {
  if (call.reason) return undefined;
  const decision = retry.decide({
    attempt: call.attemptCount,
    isRetryable: !areRetriesBlocked(gates) && classifier.isRetryable(outcome, call),
    retryAfterMs: extendToHoldEnd(classifier.findRetryAfterMs(outcome), findRemainingMs(gates)),
    remainingMs: call.remainingMs(),
    expectedLatencyMs: latency.p50Ms() ?? MIN_LATENCY_MS,
  });
  return decision.retry ? decision.delayMs : undefined;
}

/** A call that has been made once waits for the end of a hold. Other calls are rejected meanwhile. */
function extendToHoldEnd(retryAfterMs: number | undefined, holdMs: number): number | undefined {
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

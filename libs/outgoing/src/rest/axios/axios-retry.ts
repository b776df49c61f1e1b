import { UpstreamError } from '@trunkline/failures';
import type { Retry } from '@trunkline/resilience';
import type { AxiosInstance } from 'axios';
import axiosRetry from 'axios-retry';
import type { Policies } from '../../policies/policies';
import type { OutgoingCall } from '../request/outgoing-call';
import type { RestResponse } from '../response/rest-response';
import { findRetryAfterMs, isThrottled } from '../response/rate-limit';
import { type AttemptOutcome, FailedAttempt } from './failed-attempt';

/** An answer that cannot be read or a certificate that is not valid would be the same next time. */
const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  'UPSTREAM_UNREACHABLE',
  'UPSTREAM_DNS_FAILED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_PROTOCOL_ERROR',
]);
/** An attempt takes this long, at the least: of a deadline that has passed, it leaves nothing. */
const MIN_LATENCY_MS = 1;

/**
 * Lets axios-retry try calls again, by our rules: of its own accord it repeats a POST after a reset, never anything after a
 * timeout, does not wait, and obeys a Retry-After of any length.
 */
export function installRetry(instance: AxiosInstance, policies: Policies): void {
  const { retry } = policies;
  if (!retry) return;
  axiosRetry(instance, {
    // The policy counts.
    retries: Number.POSITIVE_INFINITY,
    retryCondition: (thrown: unknown) => thrown instanceof FailedAttempt && planRetry(thrown, retry, policies),
    retryDelay: (_count, thrown: unknown) => (thrown instanceof FailedAttempt ? thrown.delayMs : 0),
    onRetry: (_count, thrown: unknown) => {
      if (thrown instanceof FailedAttempt) logRetry(thrown, policies.connection);
    },
  });
}

/** Is there to be another attempt? If so, says when. */
function planRetry(failed: FailedAttempt, retry: Retry, policies: Policies): boolean {
  const { call, outcome } = failed;
  if (call.aborted) return false;
  const decision = retry.decide({
    attempt: call.attemptCount,
    isRetryable: !policies.isBreakerTripped && isAttemptRetryable(call, outcome),
    retryAfterMs: extendByHold(findRetryAfterOfOutcomeMs(outcome), policies.holdMs),
    remainingMs: call.remainingMs(),
    expectedLatencyMs: policies.latency.p50Ms() ?? MIN_LATENCY_MS,
  });
  if (decision.retry) failed.delayMs = decision.delayMs;
  return decision.retry;
}

function findRetryAfterOfOutcomeMs(outcome: AttemptOutcome): number | undefined {
  return 'response' in outcome ? findRetryAfterMs(outcome.response) : undefined;
}

/** A call that has been made once waits for the end of a hold; others do not begin meanwhile. */
function extendByHold(askedMs: number | undefined, holdMs: number): number | undefined {
  return holdMs > 0 ? Math.max(askedMs ?? 0, holdMs) : askedMs;
}

/** Does DESIGN section 5 allow another attempt after this outcome? What was not sent may be sent, whatever the method. */
export function isAttemptRetryable({ limits, attemptCount }: OutgoingCall, outcome: AttemptOutcome): boolean {
  if ('response' in outcome) return limits.isSafeToRetry && isTransient(outcome.response);
  const { failure } = outcome;
  if (!(failure instanceof UpstreamError)) return false;
  const { code, wasSent } = failure;
  // A hold that another call has got while this one waited.
  if (code === 'UPSTREAM_RATE_LIMITED') return attemptCount > 1 && !wasSent;
  return TRANSIENT_CODES.has(code) && (limits.isSafeToRetry || !wasSent);
}

/** Has the upstream a trouble that may pass? After 429 it is to be left alone, unless it says for how long. */
function isTransient(response: RestResponse): boolean {
  const { status } = response;
  if (isThrottled(response)) return findRetryAfterMs(response) !== undefined;
  return status === 408 || (status >= 500 && status <= 599 && status !== 501 && status !== 505);
}

function logRetry({ call, outcome, delayMs }: FailedAttempt, connection: string): void {
  const reason =
    'response' in outcome
      ? { status: outcome.response.status }
      : { code: outcome.failure instanceof UpstreamError ? outcome.failure.code : 'UNKNOWN' };
  call.context.logger.warn(
    { connection, attempt: call.attemptCount, delayMs: Math.round(delayMs), ...reason },
    'outgoing call will be tried again',
  );
}

import { UpstreamError } from '@trunkline/failures';
import type { AttemptOutcome } from '@trunkline/resilience';
import type { CallLimits } from '../request/outgoing-call';
import { findRetryAfterMs, isThrottled } from '../response/rate-limit';
import type { HttpResponse } from '../response/http-response';

/** Failures that may pass. An unreadable response or an invalid certificate is the same at the next attempt. */
const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  'UPSTREAM_UNREACHABLE',
  'UPSTREAM_DNS_FAILED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_PROTOCOL_ERROR',
]);

/** What retries depend on. */
interface RetriedCall {
  readonly limits: Pick<CallLimits, 'isSafeToRetry'>;
  readonly attemptCount: number;
}

/** Whether another attempt is safe, and may succeed. A request of which nothing was sent is safe to send, whatever its method. */
export function isRetryableOutcome(
  outcome: AttemptOutcome<HttpResponse>,
  { limits, attemptCount }: RetriedCall,
): boolean {
  if ('result' in outcome) return limits.isSafeToRetry && isTransient(outcome.result);
  const { failure } = outcome;
  if (!(failure instanceof UpstreamError)) return false;
  const { code, wasSent } = failure;
  // A hold that started during the wait for this attempt.
  if (code === 'UPSTREAM_RATE_LIMITED') return attemptCount > 1 && !wasSent;
  return TRANSIENT_CODES.has(code) && (limits.isSafeToRetry || !wasSent);
}

/** Whether the upstream may recover soon. After 429 the call is repeated only if the upstream says when. */
function isTransient(response: HttpResponse): boolean {
  const { status } = response;
  if (isThrottled(response)) return findRetryAfterMs(response) !== undefined;
  return status === 408 || (status >= 500 && status <= 599 && status !== 501 && status !== 505);
}

import { BusError, UpstreamError } from '@trunkline/failures';
import type { BreakerOutcome } from '@trunkline/resilience';
import type { OutgoingCall } from '../request/outgoing-call';
import { isThrottled } from '../response/rate-limit';
import type { HttpResponse } from '../response/http-response';
import type { BreakerFailureCriteria } from './breaker-failure-criteria';

/** Classifies what a response shows about the health of the upstream. An upstream that throttles calls is healthy. */
export function classifyResponse(
  response: Pick<HttpResponse, 'status' | 'headers'>,
  failures: BreakerFailureCriteria,
): BreakerOutcome {
  const { status } = response;
  if (status < 400) return 'success';
  return failures.matchesStatus(status) && !isThrottled(response) ? 'failure' : 'rejected';
}

/**
 * Classifies what a failure shows about the health of the upstream. An upstream that received the request and did not respond before a
 * deadline has failed. A cancelled call, or one that was not sent, shows nothing.
 */
export function classifyFailure(
  failure: unknown,
  call: Pick<OutgoingCall, 'reason' | 'wasSent'>,
  failures: BreakerFailureCriteria,
): BreakerOutcome {
  if (failure === call.reason) {
    return call.wasSent && isDeadlineFailure(failure) && failures.matchesError(failure) ? 'failure' : 'cancelled';
  }
  if (!(failure instanceof UpstreamError)) return 'cancelled';
  if (failures.matchesError(failure)) return 'failure';
  return failure.wasSent ? 'rejected' : 'cancelled';
}

function isDeadlineFailure(reason: unknown): boolean {
  return reason instanceof BusError && (reason.kind === 'deadline' || reason.kind === 'upstream.timeout');
}

import { BusError, UpstreamError } from '@trunkline/failures';
import type { BreakerOutcome } from '@trunkline/resilience';
import type { OutgoingCall } from '../request/outgoing-call';
import { isThrottled } from '../response/rate-limit';
import type { RestResponse } from '../response/rest-response';
import type { BreakerFailureCriteria } from './breaker-failure-criteria';

/** What a response says of the upstream's health: an upstream that rejects calls because there are too many is well. */
export function classifyResponse(
  response: Pick<RestResponse, 'status' | 'headers'>,
  failures: BreakerFailureCriteria,
): BreakerOutcome {
  const { status } = response;
  if (status < 400) return 'success';
  return failures.matchesStatus(status) && !isThrottled(response) ? 'failure' : 'rejected';
}

/**
 * What a failure says of the upstream's health. An upstream that was asked and let the deadline pass has failed, whoever set
 * the deadline; one that nobody waited for any longer, or that was not asked, has shown nothing.
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

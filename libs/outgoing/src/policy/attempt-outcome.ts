import { BusError, UpstreamError } from '@trunkline/failures';
import type { BreakerOutcome } from '@trunkline/resilience';
import type { OutgoingCall } from '../request/outgoing-call';
import { isThrottled } from '../response/rate-limit';
import type { RestResponse } from '../response/rest-response';
import type { BreakerFailures } from './breaker-failures';

/** What a response says of the upstream's health: an upstream that rejects calls because there are too many is well. */
export function outcomeOfAnswer(
  response: Pick<RestResponse, 'status' | 'headers'>,
  failures: BreakerFailures,
): BreakerOutcome {
  const { status } = response;
  if (status < 400) return 'success';
  return failures.hasStatus(status) && !isThrottled(response) ? 'failure' : 'rejected';
}

/**
 * What a failure says of the upstream's health. An upstream that was asked and let the deadline pass has failed, whoever set
 * the deadline; one that nobody waited for any longer, or that was not asked, has shown nothing.
 */
export function outcomeOfFailure(
  failure: unknown,
  call: Pick<OutgoingCall, 'reason' | 'wasSent'>,
  failures: BreakerFailures,
): BreakerOutcome {
  if (failure === call.reason) {
    return call.wasSent && isDeadline(failure) && failures.hasError(failure) ? 'failure' : 'cancelled';
  }
  if (!(failure instanceof UpstreamError)) return 'cancelled';
  if (failures.hasError(failure)) return 'failure';
  return failure.wasSent ? 'rejected' : 'cancelled';
}

function isDeadline(reason: unknown): boolean {
  return reason instanceof BusError && (reason.kind === 'deadline' || reason.kind === 'upstream.timeout');
}

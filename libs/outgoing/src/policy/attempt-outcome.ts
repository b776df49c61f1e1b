import { BusError, type FailureKind, UpstreamError } from '@trunkline/failures';
import type { BreakerOutcome } from '@trunkline/resilience';
import type { OutgoingCall } from '../request/outgoing-call';
import type { RestResponse } from '../response/rest-response';

/** What an answer says of the upstream's health: an error of its own and 429 are failures, other errors are the caller's. */
export function outcomeOfAnswer({ status }: Pick<RestResponse, 'status'>): BreakerOutcome {
  if (status >= 500 || status === 429) return 'failure';
  return status >= 400 ? 'rejected' : 'success';
}

/**
 * What a failure says of the upstream's health. An upstream that was asked and let the deadline pass has failed, whoever set
 * the deadline; one that nobody waited for any longer, or that was not asked, has shown nothing.
 */
export function outcomeOfFailure(failure: unknown, call: Pick<OutgoingCall, 'reason' | 'wasSent'>): BreakerOutcome {
  if (failure === call.reason) return call.wasSent && isDeadline(failure) ? 'failure' : 'cancelled';
  return failure instanceof UpstreamError ? outcomeOfUpstream(failure) : 'cancelled';
}

function isDeadline(reason: unknown): boolean {
  return reason instanceof BusError && (reason.kind === 'deadline' || reason.kind === 'upstream.timeout');
}

const NOT_WELL: ReadonlySet<FailureKind> = new Set(['upstream.unreachable', 'upstream.protocol', 'upstream.timeout']);

/** Unreadable is the page of a proxy in place of an answer; a redirect, or more than is taken, comes of what was asked. */
function outcomeOfUpstream({ kind, code, wasSent }: UpstreamError): BreakerOutcome {
  if (NOT_WELL.has(kind) || code === 'UPSTREAM_INVALID_RESPONSE') return 'failure';
  return wasSent ? 'rejected' : 'cancelled';
}

import { UpstreamError } from '@trunkline/failures';
import type { AttemptOutcome, BreakerOutcome, OutcomeClassifier } from '@trunkline/resilience';
import { isIdempotent } from '../request/http-method';
import type { OutgoingCall } from '../request/outgoing-call';
import { findHoldMs, findRetryAfterMs, isThrottled } from '../response/rate-limit';
import type { HttpResponse } from '../response/http-response';
import type { BreakerFailureCriteria } from './breaker-failure-criteria';
import { classifyFailure, classifyResponse } from './breaker-outcome';
import { isRetryableOutcome } from './retryable-outcome';

/** Tells the policies what statuses, headers and failures of HTTP mean. */
export class HttpOutcomeClassifier implements OutcomeClassifier<OutgoingCall, HttpResponse> {
  readonly isRetryable = isRetryableOutcome;

  constructor(private readonly failureCriteria: BreakerFailureCriteria) {}

  isSuccess(response: HttpResponse): boolean {
    return response.ok;
  }

  findRetryAfterMs(outcome: AttemptOutcome<HttpResponse>): number | undefined {
    return 'result' in outcome ? findRetryAfterMs(outcome.result) : undefined;
  }

  /** The token endpoint of the upstream may request a hold, too: its failure says for how long. */
  findHoldMs(outcome: AttemptOutcome<HttpResponse>): number | undefined {
    if ('result' in outcome) return findHoldMs(outcome.result);
    const { failure } = outcome;
    return failure instanceof UpstreamError && failure.retryAfter !== undefined
      ? failure.retryAfter * 1_000
      : undefined;
  }

  toBreakerOutcome(outcome: AttemptOutcome<HttpResponse>, call: OutgoingCall): BreakerOutcome {
    return 'result' in outcome
      ? classifyResponse(outcome.result, this.failureCriteria)
      : classifyFailure(outcome.failure, call, this.failureCriteria);
  }

  isHedgeable(call: OutgoingCall): boolean {
    return isIdempotent(call.request.method);
  }

  isDefinitive(response: HttpResponse): boolean {
    return response.status < 500 && !isThrottled(response);
  }
}

import { UpstreamError } from '@trunkline/failures';
import type { AttemptOutcome, CallKind } from '@trunkline/resilience';
import { BreakerFailureCriteria } from './outcome/breaker-failure-criteria';
import { createCircuitOpenError, createOnHoldError, createOverloadedError } from './outcome/rejection-errors';
import { HttpOutcomeClassifier } from './outcome/http-outcome-classifier';
import type { HttpSettings } from './http-settings';
import type { OutgoingCall } from './request/outgoing-call';
import type { HttpResponse } from './response/http-response';
import type { HttpTransport } from './transport/http-transport';

/** What the policies need to know of calls over HTTP: their transport, and what the outcomes mean. */
export function createHttpCallKind(
  { name: connection, policies }: HttpSettings,
  { send, injectFaults }: HttpTransport,
): CallKind<OutgoingCall, HttpResponse> {
  return {
    transport: send,
    injectFaults,
    classifier: new HttpOutcomeClassifier(new BreakerFailureCriteria(policies.circuitBreaker?.failures ?? [])),
    rejections: {
      createOnHoldError: (remainingMs) => createOnHoldError(connection, remainingMs),
      createCircuitOpenError: (retryAfterMs) => createCircuitOpenError(connection, retryAfterMs),
      createOverloadedError: () => createOverloadedError(connection),
      createTimeoutError: () =>
        new UpstreamError('UPSTREAM_TIMEOUT', `${connection} did not respond before the deadline`, {
          connection,
          wasSent: true,
        }),
    },
    forkCall: (call, scope) => call.withScope(scope),
    onRetry: (call, outcome, delayMs) => logRetry(connection, call, { outcome, delayMs }),
  };
}

interface PlannedRetry {
  readonly outcome: AttemptOutcome<HttpResponse>;
  readonly delayMs: number;
}

function logRetry(connection: string, call: OutgoingCall, { outcome, delayMs }: PlannedRetry): void {
  const fields = { connection, attempt: call.attemptCount, delayMs: Math.round(delayMs), ...describeOutcome(outcome) };
  call.context.logger.warn(fields, 'outgoing call will be retried');
}

function describeOutcome(
  outcome: AttemptOutcome<HttpResponse>,
): { readonly status: number } | { readonly code: string } {
  if ('result' in outcome) return { status: outcome.result.status };
  return { code: outcome.failure instanceof UpstreamError ? outcome.failure.code : 'UNKNOWN' };
}

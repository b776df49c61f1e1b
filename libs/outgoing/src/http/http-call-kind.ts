import { UpstreamError } from '@trunkline/failures';
import type { AttemptOutcome, CallKind, OutcomeClassifier } from '@trunkline/resilience';
import { BreakerFailureCriteria } from './outcome/breaker-failure-criteria';
import {
  createCircuitOpenError,
  createLimitedError,
  createOnHoldError,
  createOverloadedError,
} from './outcome/rejection-errors';
import { HttpOutcomeClassifier } from './outcome/http-outcome-classifier';
import { describeCallRate } from '../policies/limit/policy';
import type { HttpSettings } from './http-settings';
import type { OutgoingCall } from './request/outgoing-call';
import type { HttpResponse } from './response/http-response';
import type { HttpTransport } from './transport/http-transport';

/** Tells the policies what the outcomes of a kind over HTTP mean. */
export type HttpClassifier = OutcomeClassifier<OutgoingCall, HttpResponse>;

/** What the policies need to know of calls over HTTP: their transport, and what the outcomes mean. */
export function createHttpCallKind(
  { name: connection, policies }: HttpSettings,
  { send, injectFaults }: HttpTransport,
  classifier: HttpClassifier = createHttpClassifier(policies),
): CallKind<OutgoingCall, HttpResponse> {
  return {
    transport: send,
    injectFaults,
    classifier,
    rejections: {
      createOnHoldError: (remainingMs) => createOnHoldError(connection, remainingMs),
      createCircuitOpenError: (retryAfterMs) => createCircuitOpenError(connection, retryAfterMs),
      createLimitedError: (retryAfterMs) =>
        createLimitedError(connection, describeCallRate(policies.limit), retryAfterMs),
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

function createHttpClassifier({ circuitBreaker }: HttpSettings['policies']): HttpClassifier {
  return new HttpOutcomeClassifier(new BreakerFailureCriteria(circuitBreaker?.failures ?? []));
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

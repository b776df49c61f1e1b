import { UpstreamError } from '@trunkline/failures';
import type {
  BreakerOutcome,
  BreakerPermit,
  Bulkhead,
  BulkheadDecision,
  BulkheadPermit,
  CircuitBreaker,
  Hold,
} from '@trunkline/resilience';
import type { AttemptHandler, AttemptMiddleware } from './attempt-middleware';
import type { OutgoingCall } from '../rest/request/outgoing-call';
import { findHoldMs } from '../rest/response/rate-limit';
import type { RestResponse } from '../rest/response/rest-response';
import { classifyResponse, classifyFailure } from './breaker-outcome';
import type { BreakerFailureCriteria } from './breaker-failure-criteria';
import { createCircuitOpenError, createOnHoldError, createOverloadedError } from './rejection-errors';

/** What keeps attempts from an upstream; `undefined` where it is off. */
export interface AdmissionPolicies {
  /** Name of the outgoing connection. */
  readonly connection: string;
  readonly hold: Hold | undefined;
  readonly breaker: CircuitBreaker | undefined;
  /** What counts for the breaker. */
  readonly failureCriteria: BreakerFailureCriteria;
  readonly bulkhead: Bulkhead | undefined;
}

/** Has each attempt go through the hold, the circuit breaker and the bulkhead, in this order, and come back the same way. */
export function admitAttempts(gates: AdmissionPolicies): AttemptMiddleware {
  const { connection, hold, breaker, bulkhead } = gates;
  return (attempt) => (call) => {
    const holdMs = hold?.remainingMs() ?? 0;
    if (holdMs > 0) return Promise.reject(createOnHoldError(connection, holdMs));
    const pass = breaker?.tryAcquire();
    if (pass?.isAllowed === false) return Promise.reject(createCircuitOpenError(connection, pass.retryAfterMs));
    const passage = new AdmittedAttempt(gates, pass, call);
    const entry = bulkhead?.acquire(call);
    return entry instanceof Promise
      ? entry.then((settled) => passage.runAfterQueueing(settled, attempt))
      : passage.run(entry, attempt);
  };
}

/**
 * One attempt that the breaker has let through.
 *
 * It answers to all gates at once: the breaker must have heard of an attempt before the place of that goes to the next,
 * or the failure that opens the breaker lets one more through.
 */
class AdmittedAttempt {
  #permit: BulkheadPermit | undefined;

  constructor(
    private readonly policies: AdmissionPolicies,
    private readonly breakerPermit: BreakerPermit | undefined,
    private readonly call: OutgoingCall,
  ) {}

  /** The bulkhead has nothing to wait for, or nothing to say. */
  run(entry: BulkheadDecision | undefined, attempt: AttemptHandler): Promise<RestResponse> {
    const { call } = this;
    if (entry?.isAllowed === false) return this.#reject(call.reason ?? createOverloadedError(this.policies.connection));
    this.#permit = entry;
    return attempt(call).then(this.#handleResponse, this.#handleFailure);
  }

  /** Meanwhile the client may have left, the breaker may have opened, and the upstream may have asked to be left alone. */
  runAfterQueueing(entry: BulkheadDecision, attempt: AttemptHandler): Promise<RestResponse> {
    const refusal = entry.isAllowed ? this.#findRejection() : undefined;
    if (!entry.isAllowed || !refusal) return this.run(entry, attempt);
    this.#permit = entry;
    return this.#reject(refusal);
  }

  #findRejection(): Error | undefined {
    const { connection, breaker, hold } = this.policies;
    if (this.call.reason) return this.call.reason;
    if (breaker?.state === 'open') return createCircuitOpenError(connection, 0);
    const holdMs = hold?.remainingMs() ?? 0;
    return holdMs > 0 ? createOnHoldError(connection, holdMs) : undefined;
  }

  readonly #handleResponse = (response: RestResponse): RestResponse => {
    const { failureCriteria, hold } = this.policies;
    if (hold && response.status >= 400) hold.start(findHoldMs(response) ?? 0);
    this.#settle(classifyResponse(response, failureCriteria));
    return response;
  };

  /** The upstream may not have been asked at all: where it gets its tokens asks to be left alone, too. */
  readonly #handleFailure = (failure: unknown): never => {
    if (failure instanceof UpstreamError) this.policies.hold?.start((failure.retryAfter ?? 0) * 1_000);
    this.#settle(classifyFailure(failure, this.call, this.policies.failureCriteria));
    throw failure;
  };

  #reject(failure: Error): Promise<RestResponse> {
    this.#settle(classifyFailure(failure, this.call, this.policies.failureCriteria));
    return Promise.reject(failure);
  }

  #settle(outcome: BreakerOutcome): void {
    const { breakerPermit } = this;
    if (breakerPermit) this.policies.breaker?.record(breakerPermit, this.#toRecordedOutcome(outcome));
    this.#permit?.release();
  }

  /** Further attempts of a call that has failed say nothing new: one thing that cannot be had is not an upstream that is down. */
  #toRecordedOutcome(outcome: BreakerOutcome): BreakerOutcome {
    return outcome === 'failure' && this.call.recordFailure() ? 'failedAgain' : outcome;
  }
}

import type { Bulkhead } from '../bulkhead/bulkhead';
import type { BulkheadDecision } from '../bulkhead/bulkhead-decision';
import type { BreakerOutcome, BreakerPermit } from '../circuit-breaker/breaker-decision';
import type { CircuitBreaker } from '../circuit-breaker/circuit-breaker';
import type { Hold } from '../hold/hold';
import type { CallHandler, CallMiddleware } from '../pipeline/call-handler';
import type { AttemptOutcome, OutcomeClassifier, RejectionFactory } from '../pipeline/call-kind';
import type { PipelineCall } from '../pipeline/pipeline-call';

/** The policies that admit or reject attempts; `undefined` where one is off. */
export interface AdmissionPolicies<Call, Result> {
  readonly hold: Hold | undefined;
  readonly breaker: CircuitBreaker | undefined;
  readonly bulkhead: Bulkhead | undefined;
  readonly classifier: OutcomeClassifier<Call, Result>;
  readonly rejections: RejectionFactory;
}

/**
 * Admits each attempt through the hold, the circuit breaker and the bulkhead, in this order.
 *
 * One step for the three: the breaker records an outcome before the bulkhead admits the next attempt. Otherwise the failure that
 * opens the breaker would let one more attempt through.
 */
export function admitAttempts<Call extends PipelineCall, Result>(
  policies: AdmissionPolicies<Call, Result>,
): CallMiddleware<Call, Result> {
  const { hold, breaker, bulkhead, rejections } = policies;
  return (attempt) => {
    const admission = new AttemptAdmission(policies, attempt);
    // Not async: a promise less for every attempt.
    return (call) => {
      const holdMs = hold?.remainingMs() ?? 0;
      if (holdMs > 0) return Promise.reject(rejections.createOnHoldError(holdMs));
      const permit = breaker?.tryAcquire();
      if (permit?.isAllowed === false) return Promise.reject(rejections.createCircuitOpenError(permit.retryAfterMs));
      const entry = bulkhead?.acquire(call);
      return entry instanceof Promise
        ? entry.then((decision) => admission.runAfterQueueing(call, permit, decision))
        : admission.run(call, permit, entry);
    };
  };
}

/** Runs attempts that the breaker has admitted, and reports their outcomes to all policies. */
class AttemptAdmission<Call extends PipelineCall, Result> {
  constructor(
    private readonly policies: AdmissionPolicies<Call, Result>,
    private readonly attempt: CallHandler<Call, Result>,
  ) {}

  async run(call: Call, permit: BreakerPermit | undefined, entry: BulkheadDecision | undefined): Promise<Result> {
    const { rejections, classifier } = this.policies;
    if (entry?.isAllowed === false) throw this.#reject(call, permit, call.reason ?? rejections.createOverloadedError());
    let outcome: BreakerOutcome = 'success';
    try {
      const result = await this.attempt(call);
      if (!classifier.isSuccess(result)) outcome = this.#classify(call, { result });
      return result;
    } catch (failure) {
      outcome = this.#classify(call, { failure });
      throw failure;
    } finally {
      this.#record(call, permit, outcome);
      entry?.release();
    }
  }

  /** While the attempt was queued, the call may have been cancelled, the breaker opened, or a hold started. */
  runAfterQueueing(call: Call, permit: BreakerPermit | undefined, entry: BulkheadDecision): Promise<Result> {
    const rejection = entry.isAllowed ? this.#findRejection(call) : undefined;
    if (!entry.isAllowed || !rejection) return this.run(call, permit, entry);
    this.#reject(call, permit, rejection);
    entry.release();
    return Promise.reject(rejection);
  }

  #findRejection(call: Call): Error | undefined {
    const { breaker, hold, rejections } = this.policies;
    if (call.reason) return call.reason;
    if (breaker?.state === 'open') return rejections.createCircuitOpenError(0);
    const holdMs = hold?.remainingMs() ?? 0;
    return holdMs > 0 ? rejections.createOnHoldError(holdMs) : undefined;
  }

  #classify(call: Call, outcome: AttemptOutcome<Result>): BreakerOutcome {
    const { classifier, hold } = this.policies;
    hold?.start(classifier.findHoldMs(outcome) ?? 0);
    return classifier.toBreakerOutcome(outcome, call);
  }

  #reject(call: Call, permit: BreakerPermit | undefined, failure: Error): Error {
    this.#record(call, permit, this.policies.classifier.toBreakerOutcome({ failure }, call));
    return failure;
  }

  /** Further failures of one call show nothing new: one resource that fails does not make the upstream unhealthy. */
  #record(call: Call, permit: BreakerPermit | undefined, outcome: BreakerOutcome): void {
    if (!permit) return;
    const recorded = outcome === 'failure' && call.recordFailure() ? 'failedAgain' : outcome;
    this.policies.breaker?.record(permit, recorded);
  }
}

import type { CallHandler, CallMiddleware } from '../pipeline/call-handler';
import type { AttemptOutcome, OutcomeClassifier } from '../pipeline/call-kind';
import type { PipelineCall } from '../pipeline/pipeline-call';
import type { Gate } from '../policy/gate';

/**
 * Admits each attempt through gates, the first of them outermost.
 *
 * One step for all: each gate records an outcome before a permit is passed on. Otherwise the failure that opens the breaker would let
 * one more attempt through.
 *
 * @param gates - read during a call: the list may be completed later
 */
export function admitAttempts<Call extends PipelineCall, Result>(
  gates: readonly Gate<Call, Result>[],
  classifier: OutcomeClassifier<Call, Result>,
): CallMiddleware<Call, Result> {
  return (attempt) => {
    const admission = new AttemptAdmission({ gates, classifier, attempt });
    return (call) => admission.admit(call, []);
  };
}

interface AdmissionOptions<Call, Result> {
  readonly gates: readonly Gate<Call, Result>[];
  readonly classifier: OutcomeClassifier<Call, Result>;
  readonly attempt: CallHandler<Call, Result>;
}

/** An attempt that has ended. */
interface EndedAttempt<Call, Result> {
  readonly call: Call;
  readonly permits: readonly unknown[];
  /** `undefined` where it has succeeded. */
  readonly failed: AttemptOutcome<Result> | undefined;
}

/** Passes attempts through the gates, and reports their outcomes to all of them. */
class AttemptAdmission<Call extends PipelineCall, Result> {
  readonly #gates: readonly Gate<Call, Result>[];
  readonly #classifier: OutcomeClassifier<Call, Result>;
  readonly #attempt: CallHandler<Call, Result>;

  constructor({ gates, classifier, attempt }: AdmissionOptions<Call, Result>) {
    this.#gates = gates;
    this.#classifier = classifier;
    this.#attempt = attempt;
  }

  /**
   * Requests the permits that are missing, and runs the attempt. Not async: a promise less for every attempt.
   *
   * @param permits - those of the outer gates, in order
   */
  admit(call: Call, permits: unknown[]): Promise<Result> {
    for (let gate = this.#gates[permits.length]; gate; gate = this.#gates[permits.length]) {
      const decision = gate.admit(call);
      if (decision instanceof Promise) return decision.then((late) => this.#admitAfterQueueing(call, permits, late));
      if (decision instanceof Error) return this.#reject(permits, decision);
      permits.push(decision);
    }
    return this.#run(call, permits);
  }

  /** While the attempt was queued, the call may have been cancelled, the breaker opened, or a hold started. */
  #admitAfterQueueing(call: Call, permits: unknown[], decision: unknown): Promise<Result> {
    if (decision instanceof Error) return this.#reject(permits, decision);
    const outerCount = permits.length;
    permits.push(decision);
    const rejection = call.reason ?? this.#findRejection(outerCount);
    return rejection ? this.#reject(permits, rejection) : this.admit(call, permits);
  }

  /** From the inside out: the breaker knows more about the upstream than the hold. */
  #findRejection(gateCount: number): Error | undefined {
    for (let index = gateCount - 1; index >= 0; index--) {
      const rejection = this.#gates[index]?.findRejection?.();
      if (rejection) return rejection;
    }
    return undefined;
  }

  #reject(permits: readonly unknown[], rejection: Error): Promise<Result> {
    for (const [index, permit] of permits.entries()) this.#gates[index]?.withdraw?.(permit);
    return Promise.reject(rejection);
  }

  async #run(call: Call, permits: readonly unknown[]): Promise<Result> {
    let failed: AttemptOutcome<Result> | undefined;
    try {
      const result = await this.#attempt(call);
      if (!this.#classifier.isSuccess(result)) failed = { result };
      return result;
    } catch (failure) {
      failed = { failure };
      throw failure;
    } finally {
      this.#settleFrom(0, { call, permits, failed });
    }
  }

  /** Every gate gets its permit back, even where an outer one throws. */
  #settleFrom(index: number, attempt: EndedAttempt<Call, Result>): void {
    const gate = this.#gates[index];
    if (!gate) return;
    try {
      gate.settle?.(attempt.permits[index], attempt.call, attempt.failed);
    } finally {
      this.#settleFrom(index + 1, attempt);
    }
  }
}

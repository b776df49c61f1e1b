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
 * @param gates - complete once the step is composed
 */
export function admitAttempts<Call extends PipelineCall, Result>(
  gates: readonly Gate<Call, Result>[],
  classifier: OutcomeClassifier<Call, Result>,
): CallMiddleware<Call, Result> {
  return (attempt) => {
    const admission = new AttemptAdmission({ gates, classifier, attempt });
    // Copied for each attempt: an array that grows costs a tenth of the CPU time of the whole pipeline.
    const noPermits: readonly unknown[] = gates.map(() => undefined);
    return (call) => admission.admit(call, [...noPermits], 0);
  };
}

interface AdmissionOptions<Call, Result> {
  readonly gates: readonly Gate<Call, Result>[];
  readonly classifier: OutcomeClassifier<Call, Result>;
  readonly attempt: CallHandler<Call, Result>;
}

/** An attempt that a gate has queued. */
interface QueuedAttempt<Call> {
  readonly call: Call;
  readonly permits: unknown[];
  /** Position of the gate. */
  readonly index: number;
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
   * Requests permits, and runs the attempt. Not async: a promise less for every attempt.
   *
   * @param permits - by gate; those of the gates before `first` are present
   */
  admit(call: Call, permits: unknown[], first: number): Promise<Result> {
    for (let index = first; index < this.#gates.length; index++) {
      const decision = this.#gates[index]?.admit(call);
      if (decision instanceof Promise)
        return decision.then((late) => this.#admitAfterQueueing({ call, permits, index }, late));
      if (decision instanceof Error) return this.#reject(permits, index, decision);
      permits[index] = decision;
    }
    return this.#run(call, permits);
  }

  /** While the attempt was queued, the call may have been cancelled, the breaker opened, or a hold started. */
  #admitAfterQueueing({ call, permits, index }: QueuedAttempt<Call>, decision: unknown): Promise<Result> {
    if (decision instanceof Error) return this.#reject(permits, index, decision);
    permits[index] = decision;
    const rejection = call.reason ?? this.#findRejection(index);
    return rejection ? this.#reject(permits, index + 1, rejection) : this.admit(call, permits, index + 1);
  }

  /** From the inside out: the breaker knows more about the upstream than the hold. */
  #findRejection(gateCount: number): Error | undefined {
    for (let index = gateCount - 1; index >= 0; index--) {
      const rejection = this.#gates[index]?.findRejection?.();
      if (rejection) return rejection;
    }
    return undefined;
  }

  /** @param count - number of gates that have admitted the attempt */
  #reject(permits: readonly unknown[], count: number, rejection: Error): Promise<Result> {
    for (let index = 0; index < count; index++) this.#gates[index]?.withdraw?.(permits[index]);
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
      this.#settle(permits, call, failed);
    }
  }

  /** Every gate gets its permit back, even where another one throws; the first error is thrown. */
  #settle(permits: readonly unknown[], call: Call, failed: AttemptOutcome<Result> | undefined): void {
    let fault: { readonly thrown: unknown } | undefined;
    for (let index = 0; index < this.#gates.length; index++) {
      try {
        this.#gates[index]?.settle?.(permits[index], call, failed);
      } catch (thrown) {
        fault ??= { thrown };
      }
    }
    if (fault) throw fault.thrown;
  }
}

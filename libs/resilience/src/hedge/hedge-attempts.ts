import { CancelScope } from '@trunkline/time';
import type { CallHandler, CallMiddleware } from '../pipeline/call-handler';
import type { CallKind } from '../pipeline/call-kind';
import type { PipelineCall } from '../pipeline/pipeline-call';
import type { Hedge } from './hedge';
import type { HedgedAttempt } from './hedged-attempt';

/** Starts a concurrent attempt when one is slow. Where all attempts fail, the outcome is that of the first one. */
export function hedgeAttempts<Call extends PipelineCall, Result>(
  hedge: Hedge,
  kind: CallKind<Call, Result>,
): CallMiddleware<Call, Result> {
  return (attempt) => (call) => {
    if (!kind.classifier.isHedgeable(call)) return attempt(call);
    let first: Promise<Result> | undefined;
    const startAttempt = () => {
      const started = new CancellableAttempt(attempt, call, kind);
      first ??= started.result;
      return started;
    };
    return hedge.run(startAttempt, call).catch((failure: unknown) => first ?? Promise.reject<Result>(failure));
  };
}

/** An attempt that can be cancelled without cancelling the call. */
class CancellableAttempt<Call extends PipelineCall, Result> implements HedgedAttempt<Result> {
  /** The result, whatever it is. */
  readonly result: Promise<Result>;
  /** The result; rejects where another attempt may have a better one. */
  readonly outcome: Promise<Result>;
  readonly #scope: CancelScope;

  constructor(attempt: CallHandler<Call, Result>, call: Call, kind: CallKind<Call, Result>) {
    const expiry = () => call.reason ?? kind.rejections.createTimeoutError();
    this.#scope = new CancelScope(call.deadline, expiry);
    const stopListening = call.onCancel((reason) => this.#scope.cancel(reason));
    this.result = attempt(kind.forkCall(call, this.#scope)).finally(() => {
      stopListening();
      this.#scope.close();
    });
    this.outcome = this.result.then((result) => {
      if (kind.classifier.isDefinitive(result)) return result;
      throw new Error('the upstream responded with a failure');
    });
  }

  cancel(): void {
    this.#scope.cancel(new Error('another attempt was faster'));
  }
}

/** Makes a call, or one attempt of it. Resolves with the result, rejects with the failure. */
export type CallHandler<Call, Result> = (call: Call) => Promise<Result>;

/** A step of the pipeline: wraps a handler, and may prevent, repeat, delay or observe what that does. */
export type CallMiddleware<Call, Result> = (next: CallHandler<Call, Result>) => CallHandler<Call, Result>;

/** Wraps a handler in steps, the first of them outermost. Steps that are `undefined` are skipped. */
export function composeHandler<Call, Result>(
  steps: readonly (CallMiddleware<Call, Result> | undefined)[],
  handler: CallHandler<Call, Result>,
): CallHandler<Call, Result> {
  return steps.reduceRight((next, step) => (step ? step(next) : next), handler);
}

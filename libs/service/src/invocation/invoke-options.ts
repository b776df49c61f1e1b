import type { Duration } from '@trunkline/time';

/** How a call fails when the callee's declaration rejects the input. */
export interface RejectedInputOptions {
  /**
   * `fail`: the call fails with 500 `INTERNAL_ERROR`, because the caller created the input; the log names the caller, the callee,
   * every pointer and rule. `forward`: the call fails with the callee's 400 `VALIDATION_FAILED`, for an input that the client
   * sent. Default: `fail`.
   */
  readonly refusals?: 'fail' | 'forward' | undefined;
}

/** Options of `Service.invoke`. */
export interface InvokeOptions extends RejectedInputOptions {
  /** Time limit of the callee. It can only shorten the caller's remaining time. */
  readonly timeout?: Duration;
}

import { ValidationFailedError } from '@trunkline/failures';
import { RejectedInputError } from './rejected-input-error';

/** What becomes of an input that the callee's declaration refuses. */
export interface RefusalOptions {
  /**
   * `fail`: the call fails with 500 `INTERNAL_ERROR`, since the caller made the input; the log names caller, callee, every pointer and
   * rule. `forward`: it fails with the callee's 400 `VALIDATION_FAILED`, for an input that is the client's own. Default `fail`.
   */
  readonly refusals?: 'fail' | 'forward' | undefined;
}

/** Who called whom, in case the input is refused. */
export interface Blame {
  /** Name of the service that made the input; `undefined` where it is the client's own. */
  readonly caller: string | undefined;
  readonly callee: string;
}

/** The failure of a call whose input was checked: what the check has thrown, or the bug of the caller that it is. */
export function blameCaller(thrown: unknown, { caller, callee }: Blame): unknown {
  if (caller === undefined || !(thrown instanceof ValidationFailedError)) return thrown;
  return new RejectedInputError(caller, callee, thrown);
}

/** The service to blame for an input: the calling one, unless it only forwards. */
export function findBlamedCaller(caller: string, options: RefusalOptions | undefined): string | undefined {
  return options?.refusals === 'forward' ? undefined : caller;
}

import { ValidationFailedError } from '@trunkline/failures';
import type { RejectedInputOptions } from './invoke-options';
import { RejectedInputError } from './rejected-input-error';

/** The caller and the callee of a call whose input may be rejected. */
export interface Blame {
  /** Name of the service that created the input; `undefined` for an input that the client sent. */
  readonly caller: string | undefined;
  readonly callee: string;
}

/** Converts a validation error of an input to a bug of the caller that created it. Other errors are returned unchanged. */
export function blameCaller(thrown: unknown, { caller, callee }: Blame): unknown {
  if (caller === undefined || !(thrown instanceof ValidationFailedError)) return thrown;
  return new RejectedInputError(caller, callee, thrown);
}

/** Waits for work on an input, and blames the caller when the input is rejected. */
export function blameCallerOnRejection<T>(work: Promise<T>, blame: Blame): Promise<T> {
  return work.catch((thrown: unknown) => {
    throw blameCaller(thrown, blame);
  });
}

/** Finds the service to blame for a rejected input: the caller, unless it forwards the error of the callee. */
export function findBlamedCaller(caller: string, options: RejectedInputOptions | undefined): string | undefined {
  return options?.refusals === 'forward' ? undefined : caller;
}

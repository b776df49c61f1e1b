import { ValidationFailedError } from '@trunkline/failures';
import type { RefusalOptions } from './invoke-options';
import { RejectedInputError } from './rejected-input-error';

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

/** Waits for work on an input; when the input is rejected, the caller that created it is to blame. */
export function blameCallerOnRejection<T>(work: Promise<T>, blame: Blame): Promise<T> {
  return work.catch((thrown: unknown) => {
    throw blameCaller(thrown, blame);
  });
}

/** The service to blame for an input: the calling one, unless it only forwards. */
export function findBlamedCaller(caller: string, options: RefusalOptions | undefined): string | undefined {
  return options?.refusals === 'forward' ? undefined : caller;
}

import { InternalError, type ValidationFailedError } from '@trunkline/failures';

/** In the message; the cause has all violations. */
const MAX_LISTED_VIOLATIONS = 20;

/** A service called another one, or submitted a job for it, with an invalid input: a bug of the caller, 500 `INTERNAL_ERROR`. */
export class RejectedInputError extends InternalError {
  constructor(
    readonly caller: string,
    readonly callee: string,
    cause: ValidationFailedError,
  ) {
    super(`${caller} called ${callee} with an invalid input: ${listViolations(cause)}`, { cause });
  }
}

/** Whether a failure is, or was caused by, a {@link RejectedInputError}. */
export function isRejectedInput(failure: unknown): boolean {
  for (let next = failure; next instanceof Error; next = next.cause)
    if (next instanceof RejectedInputError) return true;
  return false;
}

function listViolations({ violations }: ValidationFailedError): string {
  const named = violations.slice(0, MAX_LISTED_VIOLATIONS).map(({ pointer, rule }) => `${pointer} (${rule})`);
  const more = violations.length - named.length;
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

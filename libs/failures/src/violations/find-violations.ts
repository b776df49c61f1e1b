import { ValidationFailedError } from '../errors/validation-failed-error';
import type { Violation } from './violation';

/** Longer chains of causes are treated as cyclic. */
const MAX_CAUSE_DEPTH = 16;

/** Finds the violations of a failure or of its causes; empty for failures of other kinds. */
export function findViolations(failure: unknown): readonly Violation[] {
  let next = failure;
  for (let depth = 0; next instanceof Error && depth < MAX_CAUSE_DEPTH; depth++) {
    if (next instanceof ValidationFailedError) return next.violations;
    next = next.cause;
  }
  return [];
}

import { ValidationFailedError } from '../errors/validation-failed-error';
import type { Violation } from './violation';

/** Longer chains are taken for circles. */
const MAX_CAUSE_DEPTH = 16;

/** The invalid values that a failure tells of, be it by one of its causes; empty where it is about something else. */
export function findViolations(failure: unknown): readonly Violation[] {
  let next = failure;
  for (let depth = 0; next instanceof Error && depth < MAX_CAUSE_DEPTH; depth++) {
    if (next instanceof ValidationFailedError) return next.violations;
    next = next.cause;
  }
  return [];
}

import { BusError, type BusErrorOptions } from './bus-error';
import type { Severity } from '../failure-kind';
import { type GivenViolations, parseViolations } from '../violations/given-violation';
import { sortByPointer, type Violation } from '../violations/violation';

/** The input has invalid values: 400 `VALIDATION_FAILED`, or the status in `bus.errors.validationStatus`. */
export class ValidationFailedError extends BusError {
  /** All invalid values, ordered by pointer. */
  readonly violations: readonly Violation[];

  /**
   * @param violations - in any order; the response lists at most 100, with the total. A text is about the whole input
   * @param options - a `cause` is the error of a validator, and raises the log level to `warn`
   */
  constructor(violations: GivenViolations, options: BusErrorOptions = {}) {
    const read = parseViolations(violations);
    super('Validation failed', { kind: 'invalid', ...describeCount(read), ...options });
    this.violations = sortByPointer(read);
  }

  override get severity(): Severity {
    return this.cause === undefined ? super.severity : 'warn';
  }
}

function describeCount({ length }: readonly Violation[]): { readonly detail?: string } {
  if (length === 0) return {};
  return { detail: length === 1 ? '1 value is invalid' : `${length} values are invalid` };
}

import { BusError, type BusErrorOptions } from './bus-error';
import type { Severity } from '../failure-kind';
import { type GivenViolations, parseViolations } from '../violations/given-violation';
import { sortByPointer, type Violation } from '../violations/violation';

/** Values that do not fit their declaration: 400 `VALIDATION_FAILED`, or 422 where `bus.errors.validationStatus` says so. */
export class ValidationFailedError extends BusError {
  /** Every invalid value, in the order of their pointers. */
  readonly violations: readonly Violation[];

  /**
   * @param violations - in any order; at most 100 are told, with the number of all. A text is about the whole input
   * @param options - a `cause` is what a validator has thrown, and makes the line on the log a warning
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

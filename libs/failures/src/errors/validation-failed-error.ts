import { BusError, type BusErrorOptions } from '../bus-error';
import { inPointerOrder, type Violation } from '../violation';

/** Values that do not fit their declaration: 400 `VALIDATION_FAILED`, or 422 where `bus.errors.validationStatus` says so. */
export class ValidationFailedError extends BusError {
  /** Every invalid value, in the order of their pointers. */
  readonly violations: readonly Violation[];

  /** @param violations - in any order; at most 100 are told, with the number of all */
  constructor(violations: readonly Violation[], options: BusErrorOptions = {}) {
    super('Validation failed', { kind: 'invalid', detail: countOf(violations), ...options });
    this.violations = inPointerOrder(violations);
  }
}

function countOf({ length }: readonly Violation[]): string {
  return length === 1 ? '1 value is invalid' : `${length} values are invalid`;
}

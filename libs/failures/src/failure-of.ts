import { BusError, type BusErrorOptions } from './bus-error';
import { entryOf, type FailureCode } from './catalogue';

/** A failure that the catalogue describes in full: code, kind, status and title are its entry's. */
export function failureOf(
  code: FailureCode,
  options: Omit<BusErrorOptions, 'code' | 'kind' | 'status'> = {},
): BusError {
  return new BusError(entryOf(code).title, { ...options, code });
}

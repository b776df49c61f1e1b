import { BusError, type BusErrorOptions } from '../errors/bus-error';
import { getCatalogueEntry, type FailureCode } from './built-in-entries';

/** Creates a failure with the code, kind, status and title of a catalogue entry. */
export function createFailure(
  code: FailureCode,
  options: Omit<BusErrorOptions, 'code' | 'kind' | 'status'> = {},
): BusError {
  return new BusError(getCatalogueEntry(code).title, { ...options, code });
}

import { BusError, type BusErrorOptions } from '../errors/bus-error';
import { getCatalogueEntry, type FailureCode } from './built-in-entries';

/** A failure that the catalogue describes in full: code, kind, status and title are its entry's. */
export function createFailure(
  code: FailureCode,
  options: Omit<BusErrorOptions, 'code' | 'kind' | 'status'> = {},
): BusError {
  return new BusError(getCatalogueEntry(code).title, { ...options, code });
}

import { BUS_FAILURES } from './bus-failures';
import type { CatalogueEntry } from './catalogue-entry';
import { REQUEST_FAILURES } from './request-failures';
import { UPSTREAM_FAILURES } from './upstream-failures';

/** All errors that the bus itself raises. */
export const BUILT_IN_ENTRIES = [...REQUEST_FAILURES, ...UPSTREAM_FAILURES, ...BUS_FAILURES] as const;

/** A code of an error that the bus itself raises. */
export type FailureCode = (typeof BUILT_IN_ENTRIES)[number]['code'];

const ENTRIES_BY_CODE: ReadonlyMap<string, CatalogueEntry> = new Map(
  BUILT_IN_ENTRIES.map((entry) => [entry.code, entry]),
);

/**
 * Returns the catalogue entry of a built-in code.
 *
 * @throws {TypeError} for any other code. {@link ErrorCatalogue} also has the codes that services declare
 */
export function getCatalogueEntry(code: FailureCode): CatalogueEntry {
  const entry = ENTRIES_BY_CODE.get(code);
  if (!entry) throw new TypeError(`${code} is not a built-in error code`);
  return entry;
}

/** Finds the entry of a code; `undefined` if it is not a built-in code. */
export function findCatalogueEntry(code: string): CatalogueEntry | undefined {
  return ENTRIES_BY_CODE.get(code);
}

/** Converts a code to the last part of its problem type: `VALIDATION_FAILED` → `validation-failed`. */
export function toSlug(code: string): string {
  return code.toLowerCase().replaceAll('_', '-');
}

import { BUS_FAILURES } from './bus-failures';
import type { CatalogueEntry } from './catalogue-entry';
import { REQUEST_FAILURES } from './request-failures';
import { UPSTREAM_FAILURES } from './upstream-failures';

/** Every error that the bus itself answers with. */
export const BUILT_IN_ENTRIES = [...REQUEST_FAILURES, ...UPSTREAM_FAILURES, ...BUS_FAILURES] as const;

/** A code that the bus itself answers with. */
export type FailureCode = (typeof BUILT_IN_ENTRIES)[number]['code'];

const ENTRIES_BY_CODE: ReadonlyMap<string, CatalogueEntry> = new Map(
  BUILT_IN_ENTRIES.map((entry) => [entry.code, entry]),
);

/**
 * Everything the catalogue says of a code of the bus.
 *
 * @throws {TypeError} when it is none; {@link ErrorCatalogue} has the declared ones, too
 */
export function getCatalogueEntry(code: FailureCode): CatalogueEntry {
  const entry = ENTRIES_BY_CODE.get(code);
  if (!entry) throw new TypeError(`${code} is not a failure code of the bus`);
  return entry;
}

/** The entry of a code that may be anybody's; `undefined` when it is not one of the bus. */
export function findCatalogueEntry(code: string): CatalogueEntry | undefined {
  return ENTRIES_BY_CODE.get(code);
}

/** The part of a problem type that names the code: `VALIDATION_FAILED` → `validation-failed`. */
export function toSlug(code: string): string {
  return code.toLowerCase().replaceAll('_', '-');
}

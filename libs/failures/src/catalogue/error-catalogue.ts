import { BUILT_IN_ENTRIES, toSlug } from './built-in-entries';
import type { CatalogueEntry } from './catalogue-entry';
import { isErrorStatus } from '../errors/error-status';

/** An error that a service declares: `errors: { OUT_OF_STOCK: { status: 422, title: 'Items out of stock' } }`. */
export interface DeclaredError {
  /** 400 … 599. */
  readonly status: number;
  /** The same for every occurrence. */
  readonly title: string;
  /** What it means, for the page of the error. Default: the title. */
  readonly description?: string;
  /** Seconds after which the client may try again; sent as `Retry-After`. */
  readonly retryAfter?: number;
}

const CODE_PATTERN = /^[A-Z][A-Z0-9_]*$/;

/**
 * Every error that clients of one bus can meet: the built-in ones and those its services declare.
 * It is what the `type` links of problem documents lead to.
 */
export class ErrorCatalogue {
  readonly #entriesBySlug = new Map<string, CatalogueEntry>(
    BUILT_IN_ENTRIES.map((entry) => [toSlug(entry.code), entry]),
  );

  /**
   * Adds an error that a service declares. The first declaration of a code stays, and so do the bus's own.
   *
   * @throws {RangeError} when the code is not upper snake case, or the status not one of an error
   */
  declare(code: string, error: DeclaredError): void {
    if (!CODE_PATTERN.test(code))
      throw new RangeError(`the code of an error is upper snake case, such as OUT_OF_STOCK, not ${code}`);
    if (!isErrorStatus(error.status)) {
      throw new RangeError(`the status of ${code} is a whole number from 400 to 599, not ${error.status}`);
    }
    const slug = toSlug(code);
    if (!this.#entriesBySlug.has(slug)) this.#entriesBySlug.set(slug, toCatalogueEntry(code, error));
  }

  /** The entry behind the last part of a `type` link; `undefined` where there is none. */
  find(slug: string): CatalogueEntry | undefined {
    return this.#entriesBySlug.get(slug);
  }

  /** All entries, by code. */
  list(): readonly CatalogueEntry[] {
    return [...this.#entriesBySlug.values()].toSorted((a, b) => (a.code < b.code ? -1 : 1));
  }
}

function toCatalogueEntry(code: string, error: DeclaredError): CatalogueEntry {
  return {
    code,
    kind: 'domain',
    status: error.status,
    title: error.title,
    meaning: error.description ?? error.title,
    remedy: 'The members of the answer say what the service needs.',
    retry: error.retryAfter === undefined ? 'never' : 'afterwards',
  };
}

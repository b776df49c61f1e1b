import { BUILT_IN_ENTRIES, toSlug } from './built-in-entries';
import type { CatalogueEntry } from './catalogue-entry';
import { isErrorStatus } from '../errors/error-status';

/** An error that a service declares: `errors: { OUT_OF_STOCK: { status: 422, title: 'Items out of stock' } }`. */
export interface DeclaredError {
  /** 400 … 599. */
  readonly status: number;
  /** The same for every occurrence. */
  readonly title: string;
  /** What the error means, for its documentation page. Default: the title. */
  readonly description?: string;
  /** Seconds after which the client may retry; sent as `Retry-After`. */
  readonly retryAfter?: number;
}

const CODE_PATTERN = /^[A-Z][A-Z0-9_]*$/;

/**
 * All errors that the bus can send: the built-in ones and those that services declare.
 * The `type` links of problem documents lead to its entries.
 */
export class ErrorCatalogue {
  readonly #entriesBySlug = new Map<string, CatalogueEntry>(
    BUILT_IN_ENTRIES.map((entry) => [toSlug(entry.code), entry]),
  );

  /**
   * Adds an error that a service declares. A later declaration of the same code is ignored, and so is one of a built-in code.
   *
   * @throws {RangeError} when the code is not upper snake case, or the status is not 400 to 599
   */
  declare(code: string, error: DeclaredError): void {
    if (!CODE_PATTERN.test(code))
      throw new RangeError(`expected an error code in upper snake case such as OUT_OF_STOCK, got ${code}`);
    if (!isErrorStatus(error.status)) {
      throw new RangeError(`expected a status of ${code} from 400 to 599, got ${error.status}`);
    }
    const slug = toSlug(code);
    if (!this.#entriesBySlug.has(slug)) this.#entriesBySlug.set(slug, toCatalogueEntry(code, error));
  }

  /** Finds the entry for the last part of a `type` link; `undefined` if there is none. */
  find(slug: string): CatalogueEntry | undefined {
    return this.#entriesBySlug.get(slug);
  }

  /** All entries, sorted by code. */
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
    remedy: 'The members of the response describe what the service needs.',
    retry: error.retryAfter === undefined ? 'never' : 'afterDelay',
  };
}

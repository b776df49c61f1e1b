import type { CatalogueEntry } from '../catalogue/catalogue-entry';
import {
  getCodeForKind,
  getCodeForStatus,
  resolveCatalogueEntry,
  getKindForCode,
  getTitleForStatus,
} from '../catalogue/default-codes';
import { isErrorStatus } from './error-status';
import { FAILURE_BRAND, MAJOR_VERSION } from './failure-brand';
import { type FailureKind, type Severity, getSeverity } from '../failure-kind';

/** What a failure is made of besides its text. Everything has a default. */
export interface BusErrorOptions extends ErrorOptions {
  /** Upper snake case. Default: the code that the kind, or else the status, has in the catalogue. */
  readonly code?: string;
  /** HTTP status, 400 … 599. Default: the one the code, or else the kind, has in the catalogue; 500 for a code of one's own. */
  readonly status?: number;
  /** Default: the one the code has in the catalogue, else `domain`. */
  readonly kind?: FailureKind;
  /** What the client is told instead of the first argument, where that was written for the log. */
  readonly title?: string;
  /** One sentence on this very occurrence, for the client (RFC 9457 §3.1.4). */
  readonly detail?: string;
  /** Facts for the client: they become members of the answer. What cannot be JSON is left out of it. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** HTTP headers of the answer. One that is not legal makes the answer a 500: see {@link Translator}. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Seconds after which the client may try again; sent as `Retry-After`, rounded up (RFC 9110 §10.2.3). */
  readonly retryAfter?: number;
}

/**
 * The root of all failures: what went wrong, and what the client is told of it.
 *
 * `message` is for the log. The client is told `title`, which is the same text where the failure is the client's or a
 * service's own, and the catalogue's text where it tells of the inside of the bus: deadlines, upstreams, overload, bugs.
 */
export class BusError extends Error {
  readonly kind: FailureKind;
  /** Stable, for programs. */
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Whole seconds. Failures of the bus itself that pass always have it. */
  readonly retryAfter: number | undefined;

  static {
    Object.defineProperty(BusError.prototype, FAILURE_BRAND, { value: MAJOR_VERSION });
  }

  /** @throws {RangeError} when `status` is not one of an error, or `retryAfter` not a number of seconds */
  constructor(title: string, options: BusErrorOptions = {}) {
    super(title, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = new.target.name;
    this.code = options.code ?? getDefaultCode(options);
    this.kind = options.kind ?? getKindForCode(this.code);
    const entry = resolveCatalogueEntry(this.kind, this.code);
    this.status = checkErrorStatus(options.status ?? entry.status);
    this.title = options.title ?? chooseTitle(this, entry);
    this.detail = options.detail;
    this.data = options.data ?? {};
    this.headers = options.headers ?? {};
    this.retryAfter = toRetryAfterSeconds(options.retryAfter, entry.minRetryAfterSeconds);
  }

  /** How loudly this failure is logged where it ends. */
  get severity(): Severity {
    return this.kind === 'domain' && this.status === 500 ? 'error' : getSeverity(this.kind);
  }
}

/** Where the message may name services, connections and times, the client reads the catalogue's text instead. */
function chooseTitle({ kind, message, status }: BusError, entry: CatalogueEntry): string {
  if (kind.startsWith('upstream.') || KINDS_WITH_PRIVATE_MESSAGE.has(kind)) return entry.title;
  return message || getTitleForStatus(status);
}

const KINDS_WITH_PRIVATE_MESSAGE: ReadonlySet<FailureKind> = new Set([
  'internal',
  'deadline',
  'overloaded',
  'store',
  'unavailable',
  'cancelled',
]);

/** The greatest delay that recipients can be relied on to read (RFC 9111 §1.2.2). */
const MAX_RETRY_AFTER_SECONDS = 2_147_483_648;

function getDefaultCode({ kind, status = 500 }: BusErrorOptions): string {
  return kind && kind !== 'domain' ? getCodeForKind(kind) : getCodeForStatus(status);
}

function checkErrorStatus(status: number): number {
  if (isErrorStatus(status)) return status;
  throw new RangeError(`the status of an error is a whole number from 400 to 599, not ${status}`);
}

function toRetryAfterSeconds(retryAfter: number | undefined, least: number | undefined): number | undefined {
  if (retryAfter === undefined) return least;
  if (!Number.isFinite(retryAfter) || retryAfter < 0) {
    throw new RangeError(`retryAfter is a number of seconds of at least 0, not ${retryAfter}`);
  }
  return Math.min(Math.max(Math.ceil(retryAfter), least ?? 0), MAX_RETRY_AFTER_SECONDS);
}

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

/** Options of a failure. All of them have defaults. */
export interface BusErrorOptions extends ErrorOptions {
  /** Upper snake case. Default: the code of the kind, or else of the status, in the catalogue. */
  readonly code?: string;
  /** HTTP status, 400 to 599. Default: the status of the code, or else of the kind, in the catalogue; 500 for a custom code. */
  readonly status?: number;
  /** Default: the kind of the code in the catalogue, or `domain`. */
  readonly kind?: FailureKind;
  /** The title in the response, if the first argument is for the log only. */
  readonly title?: string;
  /** One sentence about this occurrence, for the client (RFC 9457 §3.1.4). */
  readonly detail?: string;
  /** Facts for the client, added to the members of the response. Values that cannot be JSON are omitted. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** HTTP headers of the response. An illegal header turns the response into a 500: see {@link Translator}. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Seconds after which the client may retry; sent as `Retry-After`, rounded up (RFC 9110 §10.2.3). */
  readonly retryAfter?: number;
}

/**
 * The base class of all failures: what went wrong, and what the client learns of it.
 *
 * `message` is for the log. The client receives `title`. It is the message for failures of the client or of a service, and the text of
 * the catalogue for failures inside the bus: deadlines, upstreams, overload, bugs.
 */
export class BusError extends Error {
  /** The kind of the failure, which decides about retries, breakers and the log level. */
  readonly kind: FailureKind;
  /** The error code, stable, for programs. */
  readonly code: string;
  /** HTTP status, 400 to 599. */
  readonly status: number;
  /** The title in the response, the same for every occurrence. */
  readonly title: string;
  /** One sentence about this occurrence, for the client. */
  readonly detail: string | undefined;
  /** Facts for the client, added to the members of the response. */
  readonly data: Readonly<Record<string, unknown>>;
  /** HTTP headers of the response. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whole seconds. Temporary failures of the bus itself always have it. */
  readonly retryAfter: number | undefined;

  static {
    Object.defineProperty(BusError.prototype, FAILURE_BRAND, { value: MAJOR_VERSION });
  }

  /** @throws {RangeError} when `status` is not 400 to 599, or `retryAfter` is not a number of seconds */
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

  /** The level at which this failure is logged. */
  get severity(): Severity {
    return this.kind === 'domain' && this.status === 500 ? 'error' : getSeverity(this.kind);
  }
}

/** The text of the catalogue replaces a message that may name services, connections and times. */
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

/** The greatest delay that every recipient can parse (RFC 9111 §1.2.2). */
const MAX_RETRY_AFTER_SECONDS = 2_147_483_648;

function getDefaultCode({ kind, status = 500 }: BusErrorOptions): string {
  return kind && kind !== 'domain' ? getCodeForKind(kind) : getCodeForStatus(status);
}

function checkErrorStatus(status: number): number {
  if (isErrorStatus(status)) return status;
  throw new RangeError(`expected an error status from 400 to 599, got ${status}`);
}

function toRetryAfterSeconds(retryAfter: number | undefined, least: number | undefined): number | undefined {
  if (retryAfter === undefined) return least;
  if (!Number.isFinite(retryAfter) || retryAfter < 0) {
    throw new RangeError(`expected retryAfter to be a number of seconds of at least 0, got ${retryAfter}`);
  }
  return Math.min(Math.max(Math.ceil(retryAfter), least ?? 0), MAX_RETRY_AFTER_SECONDS);
}

import type { BusError } from '../errors/bus-error';
import { toSlug } from '../catalogue/built-in-entries';
import { classify, findCustomStatus } from '../classification/classify';
import { ErrorCatalogue } from '../catalogue/error-catalogue';
import { InternalError } from '../errors/internal-error';
import { ServiceResponseError } from '../errors/service-response-error';
import { ValidationFailedError } from '../errors/validation-failed-error';
import { formatAsEnvelope } from './formats/envelope-format';
import { formatAsFlat } from './formats/flat-format';
import { formatAsProblem } from './formats/problem-format';
import { pickSerializableMembers, serializeJson } from './serialize-json';
import { validateResponseHeaders } from './response-headers';
import type { ErrorFormat, Problem } from './problem';
import { inheritServiceChain } from '../classification/service-chain';
import type { Violation } from '../violations/violation';

/** Settings of a bus for its error responses. */
export interface TranslatorOptions {
  /** Name of the bus, for challenges. Default `trunkline`. */
  readonly realm?: string;
  /** Default `problem`. */
  readonly format?: ErrorFormat;
  /** Prefix of problem types; the slug of the code follows. Default `/errors/`. */
  readonly typeBase?: string;
  /** Status of `VALIDATION_FAILED`. Default 400. */
  readonly validationStatus?: 400 | 422;
  /** Default: the built-in errors alone. */
  readonly catalogue?: ErrorCatalogue;
}

/** An error response, ready to be sent. */
export interface ErrorResponse {
  readonly status: number;
  /** Lower-case names, all legal; `content-type` among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The failure that the response describes, to be logged: the translated one, or the reason why that one could not be sent. */
  readonly failure: BusError;
}

const MAX_VIOLATIONS = 100;
const FORMATS: Readonly<Record<ErrorFormat, (problem: Problem) => object>> = {
  problem: formatAsProblem,
  envelope: formatAsEnvelope,
  flat: formatAsFlat,
};

/**
 * Converts a failure to status, headers and body. All parts of the bus use this translator: channels, Nest's exception filter, jobs and
 * the command line. It never throws.
 *
 * A failure that cannot be sent (it has an illegal header, or is a {@link ServiceResponseError} whose payload cannot be JSON) becomes an
 * {@link InternalError} with that failure as its cause.
 */
export class Translator {
  readonly catalogue: ErrorCatalogue;
  readonly #realm: string;
  readonly #format: ErrorFormat;
  readonly #typeBase: string;
  readonly #validationStatus: 400 | 422;

  constructor(options: TranslatorOptions = {}) {
    this.catalogue = options.catalogue ?? new ErrorCatalogue();
    this.#realm = escapeQuotedString(options.realm ?? 'trunkline');
    this.#format = options.format ?? 'problem';
    this.#typeBase = options.typeBase ?? '/errors/';
    this.#validationStatus = options.validationStatus ?? 400;
  }

  /**
   * Creates the response for a failure.
   *
   * @param format - default: the format of the bus
   */
  translate(failure: BusError, cid: string, format: ErrorFormat = this.#format): ErrorResponse {
    try {
      return this.#createResponse(failure, cid, format);
    } catch (reason) {
      const message = `the response for ${failure.code} cannot be sent: ${classify(reason).message}`;
      const unsendable = new InternalError(message, { cause: failure });
      inheritServiceChain(unsendable, failure);
      return this.#createResponse(unsendable, cid, format);
    }
  }

  /** Creates the problem that the client receives, in no format yet. */
  createProblem(failure: BusError, cid: string): Problem {
    const slug = toSlug(failure.code);
    const violations = failure instanceof ValidationFailedError ? failure.violations : [];
    return {
      type: this.catalogue.find(slug) ? this.#typeBase + slug : 'about:blank',
      title: failure.title,
      status: this.#getStatus(failure),
      customStatus: findCustomStatus(failure),
      code: failure.code,
      detail: failure.detail,
      cid,
      violations: violations.slice(0, MAX_VIOLATIONS),
      violationCount: countIfTruncated(violations),
      retryAfter: failure.retryAfter,
      data: failure.data,
    };
  }

  #createResponse(failure: BusError, cid: string, format: ErrorFormat): ErrorResponse {
    const headers = this.#createHeaders(failure);
    if (failure instanceof ServiceResponseError && failure.payload !== undefined) {
      const own = { 'content-type': 'application/json', ...headers };
      return { status: failure.status, headers: own, body: serializeJson(failure.payload), failure };
    }
    const problem = this.createProblem(failure, cid);
    headers['content-type'] = format === 'problem' ? 'application/problem+json' : 'application/json';
    return { status: problem.status, headers, body: serializeBody(problem, FORMATS[format]), failure };
  }

  #getStatus(failure: BusError): number {
    const isValidation = failure instanceof ValidationFailedError || failure.code === 'VALIDATION_FAILED';
    return isValidation ? this.#validationStatus : failure.status;
  }

  #createHeaders(failure: BusError): Record<string, string> {
    const headers: Record<string, string> = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
    if (failure.status === 401) headers['www-authenticate'] = `Bearer realm="${this.#realm}"`;
    if (failure.retryAfter !== undefined) headers['retry-after'] = String(failure.retryAfter);
    return Object.assign(headers, validateResponseHeaders(failure.headers));
  }
}

/** Escapes text for a quoted string in a header (RFC 9110 §5.6.4). */
function escapeQuotedString(text: string): string {
  return text.replaceAll(/[^ -~]/g, '?').replaceAll(/["\\]/g, '\\$&');
}

function countIfTruncated(violations: readonly Violation[]): number | undefined {
  return violations.length > MAX_VIOLATIONS ? violations.length : undefined;
}

/** Omits facts of a service that cannot be JSON, so that the response does not fail. */
function serializeBody(problem: Problem, format: (problem: Problem) => object): string {
  try {
    return serializeJson(format(problem));
  } catch {
    return serializeJson(format({ ...problem, data: pickSerializableMembers(problem.data) }));
  }
}

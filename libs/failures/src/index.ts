/**
 * Failures of the bus: a closed set of kinds, the error classes, the catalogue of error codes, and the error responses.
 * Not for: deciding whether to retry (resilience), or interpreting the errors of an HTTP client (outgoing).
 */

// To raise failures
export { BusError, type BusErrorOptions } from './errors/bus-error';
export { createFailure } from './catalogue/create-failure';
export { BadRequestError } from './errors/bad-request-error';
export { CancelledError } from './errors/cancelled-error';
export { ConflictError } from './errors/conflict-error';
export { DeadlineExceededError } from './errors/deadline-exceeded-error';
export { ForbiddenError } from './errors/forbidden-error';
export { GoneError } from './errors/gone-error';
export { InternalError } from './errors/internal-error';
export { NotFoundError } from './errors/not-found-error';
export { PaymentRequiredError } from './errors/payment-required-error';
export { PreconditionFailedError } from './errors/precondition-failed-error';
export { ServiceResponseError } from './errors/service-response-error';
export { ServiceUnavailableError } from './errors/service-unavailable-error';
export { TooManyRequestsError } from './errors/too-many-requests-error';
export { UnauthorizedError } from './errors/unauthorized-error';
export { UnprocessableError } from './errors/unprocessable-error';
export { type UpstreamCode, UpstreamError, type UpstreamErrorOptions } from './errors/upstream-error';
export { ValidationFailedError } from './errors/validation-failed-error';
export { type GivenViolation, type GivenViolations } from './violations/given-violation';
export { type Violation, violationAt } from './violations/violation';

// To distinguish failures
export { classify } from './classification/classify';
export { type FailureKind, type Severity } from './failure-kind';
export { findViolations } from './violations/find-violations';
export { recordService, getServiceChain } from './classification/service-chain';

// To inspect unknown values
export { getErrorCode, getErrorMessage } from './errors/read-error';
export { isObject, isRecord } from './json/is-record';

// To find numbers that lose digits
export { findInexactNumbers, isExactNumber, type NumberRange, findNumberPointer } from './json/exact-numbers';

// To compare JSON
export { toCanonicalJson } from './json/canonical-json';

// To respond to clients
export { createErrorDocument, renderErrorPage } from './catalogue/error-page';
export { escapeHtml } from './catalogue/escape-html';
export { type CatalogueEntry, type RetryRule } from './catalogue/catalogue-entry';
export { type FailureCode, getCatalogueEntry, toSlug } from './catalogue/built-in-entries';
export { type DeclaredError, ErrorCatalogue } from './catalogue/error-catalogue';
export { toFlatCode } from './translation/formats/flat-format';
export { assertNoPromise } from './json/assert-no-promise';
export { isReservedHeader, validateResponseHeaders } from './translation/response-headers';
export { type ErrorFormat, type Problem } from './translation/problem';
export { type ErrorResponse, Translator, type TranslatorOptions } from './translation/translator';

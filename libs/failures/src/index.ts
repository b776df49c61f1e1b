/**
 * What can go wrong on the bus: a closed set of kinds, the errors that carry them, and how clients are told.
 * Not for: deciding whether to try again (resilience), or knowing what an HTTP client's errors look like (outgoing).
 */

// To fail
export { BusError, type BusErrorOptions } from './bus-error';
export { failureOf } from './failure-of';
export { BadRequestError } from './errors/bad-request-error';
export { CancelledError } from './errors/cancelled-error';
export { ConflictError } from './errors/conflict-error';
export { DeadlineExceededError } from './errors/deadline-exceeded-error';
export { ForbiddenError } from './errors/forbidden-error';
export { GoneError } from './errors/gone-error';
export { InternalError } from './errors/internal-error';
export { NotFoundError } from './errors/not-found-error';
export { PaymentRequiredError } from './errors/payment-required-error';
export { ServiceResponseError } from './errors/service-response-error';
export { ServiceUnavailableError } from './errors/service-unavailable-error';
export { TooManyRequestsError } from './errors/too-many-requests-error';
export { UnauthorizedError } from './errors/unauthorized-error';
export { UnprocessableError } from './errors/unprocessable-error';
export { type UpstreamCode, UpstreamError, type UpstreamFacts } from './errors/upstream-error';
export { ValidationFailedError } from './errors/validation-failed-error';
export { type GivenViolation, type GivenViolations } from './given-violation';
export { type Violation, violationAt } from './violation';

// To tell failures apart
export { classify } from './classify';
export { type FailureKind, type Severity } from './failure-kind';
export { findViolations } from './find-violations';
export { recordService, serviceChainOf } from './service-chain';

// To find numbers that would change
export { findInexactNumbers, isExactNumber, type NumberPlace, pointNumber } from './exact-numbers';

// To tell clients
export { catalogueDocument, cataloguePage } from './catalogue-page';
export { escapeHtml } from './escape-html';
export { type CatalogueEntry, type RetryRule } from './catalogue-entry';
export { type FailureCode, entryOf, slugOf } from './catalogue';
export { type DeclaredError, ErrorCatalogue } from './error-catalogue';
export { flatCodeOf } from './formats/flat-format';
export { assertNoPromise } from './held-promise';
export { legalHeaders } from './legal-headers';
export { type ErrorFormat, type Problem } from './problem';
export { type ErrorAnswer, Translator, type TranslatorOptions } from './translator';

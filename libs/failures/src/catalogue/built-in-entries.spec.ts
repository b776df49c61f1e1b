import * as failures from '..';
import { ErrorCatalogue, createFailure, type FailureCode, type FailureKind } from '..';

/** The contract of codes, kinds and statuses, written by hand. */
const ROWS: readonly (readonly [FailureCode, FailureKind, status: number, retryAfter?: 'Retry-After'])[] = [
  ['MALFORMED_BODY', 'malformed', 400],
  ['BAD_REQUEST', 'malformed', 400],
  ['VALIDATION_FAILED', 'invalid', 400],
  ['AUTH_REQUIRED', 'unauthenticated', 401],
  ['INVALID_AUTH_HEADER', 'unauthenticated', 401],
  ['INVALID_TOKEN', 'unauthenticated', 401],
  ['INVALID_CREDENTIALS', 'unauthenticated', 401],
  ['TOKEN_EXPIRED', 'unauthenticated', 401],
  ['WEBHOOK_SIGNATURE_INVALID', 'unauthenticated', 401],
  ['PAYMENT_REQUIRED', 'domain', 402],
  ['FORBIDDEN', 'forbidden', 403],
  ['ROUTE_NOT_FOUND', 'notFound', 404],
  ['RESOURCE_NOT_FOUND', 'notFound', 404],
  ['JOB_NOT_FOUND', 'notFound', 404],
  ['METHOD_NOT_ALLOWED', 'methodNotAllowed', 405],
  ['NOT_ACCEPTABLE', 'notAcceptable', 406],
  ['REQUEST_TIMEOUT', 'requestTimeout', 408],
  ['CONFLICT', 'conflict', 409],
  ['GONE', 'notFound', 410],
  ['PRECONDITION_FAILED', 'conflict', 412],
  ['CONTENT_TOO_LARGE', 'contentTooLarge', 413],
  ['URI_TOO_LONG', 'uriTooLong', 414],
  ['UNSUPPORTED_MEDIA_TYPE', 'unsupportedMediaType', 415],
  ['EXPECTATION_FAILED', 'expectationFailed', 417],
  ['UNPROCESSABLE', 'domain', 422],
  ['PRECONDITION_REQUIRED', 'malformed', 428],
  ['RATE_LIMIT_EXCEEDED', 'throttled', 429, 'Retry-After'],
  ['HEADERS_TOO_LARGE', 'headersTooLarge', 431],
  ['NOT_IMPLEMENTED', 'notImplemented', 501],
  ['IDEMPOTENCY_KEY_REQUIRED', 'malformed', 400],
  ['IDEMPOTENCY_KEY_REUSED', 'conflict', 422],
  ['IDEMPOTENCY_IN_PROGRESS', 'conflict', 409, 'Retry-After'],
  ['IDEMPOTENCY_OUTCOME_UNKNOWN', 'conflict', 409],
  ['IDEMPOTENCY_ANSWER_NOT_KEPT', 'conflict', 409],
  ['UPSTREAM_UNREACHABLE', 'upstream.unreachable', 502],
  ['UPSTREAM_DNS_FAILED', 'upstream.unreachable', 502],
  ['UPSTREAM_TLS_FAILED', 'upstream.unreachable', 502],
  ['UPSTREAM_PROTOCOL_ERROR', 'upstream.protocol', 502],
  ['UPSTREAM_INVALID_RESPONSE', 'upstream.invalid', 502],
  ['UPSTREAM_RESPONSE_TOO_LARGE', 'upstream.invalid', 502],
  ['UPSTREAM_REDIRECT', 'upstream.invalid', 502],
  ['UPSTREAM_TIMEOUT', 'upstream.timeout', 504],
  ['UPSTREAM_NOT_FOUND', 'upstream.rejected', 404],
  ['UPSTREAM_CONFLICT', 'upstream.rejected', 409],
  ['UPSTREAM_GONE', 'upstream.rejected', 410],
  ['UPSTREAM_PRECONDITION_FAILED', 'upstream.rejected', 412],
  ['UPSTREAM_REJECTED', 'upstream.rejected', 502],
  ['UPSTREAM_AUTH_FAILED', 'upstream.auth', 502],
  ['UPSTREAM_RATE_LIMITED', 'upstream.throttled', 503],
  ['UPSTREAM_UNAVAILABLE', 'upstream.unavailable', 503],
  ['UPSTREAM_ERROR', 'upstream.error', 502],
  ['CIRCUIT_OPEN', 'upstream.unavailable', 503, 'Retry-After'],
  ['OVERLOADED', 'overloaded', 503, 'Retry-After'],
  ['DEADLINE_EXCEEDED', 'deadline', 504],
  ['STORE_UNAVAILABLE', 'store', 503, 'Retry-After'],
  ['MAINTENANCE', 'unavailable', 503, 'Retry-After'],
  ['SHUTTING_DOWN', 'unavailable', 503, 'Retry-After'],
  ['SERVICE_UNAVAILABLE', 'domain', 503],
  ['CLIENT_CLOSED', 'cancelled', 499],
  ['INTERNAL_ERROR', 'internal', 500],
];

const CONTRACT = ROWS.map(([code, kind, status, retryAfter]) => ({
  code,
  kind,
  status,
  hasRetryAfter: retryAfter !== undefined,
}));
const entries = new ErrorCatalogue().list();

describe('the catalogue', () => {
  it.each(CONTRACT)('has $code with the kind $kind and the status $status', ({ code, kind, status }) => {
    expect(failures.getCatalogueEntry(code)).toMatchObject({ code, kind, status });
  });

  it.each(CONTRACT)('creates a failure for $code with Retry-After: $hasRetryAfter', (row) => {
    const { code, kind, status, hasRetryAfter } = row;

    const failure = createFailure(code);

    expect(failure).toMatchObject({ code, kind, status, title: failures.getCatalogueEntry(code).title });
    expect(failure.retryAfter !== undefined).toBe(hasRetryAfter);
  });

  it('has no code that the contract lacks, and no duplicates', () => {
    expect(entries.map(({ code }) => code)).toEqual(CONTRACT.map(({ code }) => code).toSorted());
  });

  it.each(entries)('explains $code: what it means and what to do', ({ title, meaning, remedy }) => {
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(meaning).toMatch(/^[A-Z].*\.$/);
    expect(remedy).toMatch(/^[A-Z].*\.$/);
  });
});

import { STATUS_CODES } from 'node:http';
import { getCatalogueEntry, type FailureCode, findCatalogueEntry } from './built-in-entries';
import type { CatalogueEntry } from './catalogue-entry';
import type { FailureKind } from '../failure-kind';

const CODES_BY_STATUS: Readonly<Record<number, FailureCode>> = {
  400: 'BAD_REQUEST',
  401: 'AUTH_REQUIRED',
  402: 'PAYMENT_REQUIRED',
  403: 'FORBIDDEN',
  404: 'RESOURCE_NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  406: 'NOT_ACCEPTABLE',
  408: 'REQUEST_TIMEOUT',
  409: 'CONFLICT',
  410: 'GONE',
  412: 'PRECONDITION_FAILED',
  413: 'CONTENT_TOO_LARGE',
  414: 'URI_TOO_LONG',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  417: 'EXPECTATION_FAILED',
  422: 'UNPROCESSABLE',
  428: 'PRECONDITION_REQUIRED',
  429: 'RATE_LIMIT_EXCEEDED',
  431: 'HEADERS_TOO_LARGE',
  500: 'INTERNAL_ERROR',
  501: 'NOT_IMPLEMENTED',
  503: 'SERVICE_UNAVAILABLE',
};

const CODES_BY_KIND: Readonly<Record<Exclude<FailureKind, 'domain'>, FailureCode>> = {
  malformed: 'BAD_REQUEST',
  invalid: 'VALIDATION_FAILED',
  unauthenticated: 'AUTH_REQUIRED',
  forbidden: 'FORBIDDEN',
  notFound: 'RESOURCE_NOT_FOUND',
  methodNotAllowed: 'METHOD_NOT_ALLOWED',
  notAcceptable: 'NOT_ACCEPTABLE',
  unsupportedMediaType: 'UNSUPPORTED_MEDIA_TYPE',
  contentTooLarge: 'CONTENT_TOO_LARGE',
  uriTooLong: 'URI_TOO_LONG',
  headersTooLarge: 'HEADERS_TOO_LARGE',
  expectationFailed: 'EXPECTATION_FAILED',
  requestTimeout: 'REQUEST_TIMEOUT',
  notImplemented: 'NOT_IMPLEMENTED',
  conflict: 'CONFLICT',
  throttled: 'RATE_LIMIT_EXCEEDED',
  'upstream.unreachable': 'UPSTREAM_UNREACHABLE',
  'upstream.protocol': 'UPSTREAM_PROTOCOL_ERROR',
  'upstream.invalid': 'UPSTREAM_INVALID_RESPONSE',
  'upstream.timeout': 'UPSTREAM_TIMEOUT',
  'upstream.rejected': 'UPSTREAM_REJECTED',
  'upstream.auth': 'UPSTREAM_AUTH_FAILED',
  'upstream.throttled': 'UPSTREAM_RATE_LIMITED',
  'upstream.unavailable': 'UPSTREAM_UNAVAILABLE',
  'upstream.error': 'UPSTREAM_ERROR',
  overloaded: 'OVERLOADED',
  deadline: 'DEADLINE_EXCEEDED',
  store: 'STORE_UNAVAILABLE',
  unavailable: 'SHUTTING_DOWN',
  cancelled: 'CLIENT_CLOSED',
  internal: 'INTERNAL_ERROR',
};

/** The code of an error that has a status only; `HTTP_502` for a status without a single matching code. */
export function getCodeForStatus(status: number): FailureCode | `HTTP_${number}` {
  return CODES_BY_STATUS[status] ?? `HTTP_${status}`;
}

/** The title of an error without a text. */
export function getTitleForStatus(status: number): string {
  return findCatalogueEntry(getCodeForStatus(status))?.title ?? STATUS_CODES[status] ?? `Status ${status}`;
}

/** The default code of a kind. */
export function getCodeForKind(kind: Exclude<FailureKind, 'domain'>): FailureCode {
  return CODES_BY_KIND[kind];
}

/** The kind of a code: `domain` for a code that a service has defined. */
export function getKindForCode(code: string): FailureKind {
  return findCatalogueEntry(code)?.kind ?? 'domain';
}

/** Finds the catalogue entry of a failure: by its code, or by its kind for a code that a service has defined. */
export function resolveCatalogueEntry(kind: FailureKind, code: string): CatalogueEntry {
  return findCatalogueEntry(code) ?? getCatalogueEntry(kind === 'domain' ? 'INTERNAL_ERROR' : getCodeForKind(kind));
}

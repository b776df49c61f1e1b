/**
 * What went wrong, as a closed set: a failure is of exactly one kind, and everything decided about failures in general
 * (retry, breaker, log level, who wrote the text the client sees) is decided by it. Statuses and codes stand in the catalogue.
 */
export type FailureKind =
  | 'malformed'
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'notFound'
  | 'methodNotAllowed'
  | 'notAcceptable'
  | 'unsupportedMediaType'
  | 'contentTooLarge'
  | 'uriTooLong'
  | 'headersTooLarge'
  | 'expectationFailed'
  | 'requestTimeout'
  | 'notImplemented'
  | 'conflict'
  | 'throttled'
  | 'domain'
  | 'upstream.unreachable'
  | 'upstream.protocol'
  | 'upstream.invalid'
  | 'upstream.timeout'
  | 'upstream.rejected'
  | 'upstream.auth'
  | 'upstream.throttled'
  | 'upstream.unavailable'
  | 'upstream.error'
  | 'overloaded'
  | 'deadline'
  | 'store'
  | 'unavailable'
  | 'cancelled'
  | 'internal';

/** How loudly a failure is logged where it ends. */
export type Severity = 'debug' | 'warn' | 'error';

const SEVERITIES_BY_KIND: Partial<Record<FailureKind, Severity>> = {
  internal: 'error',
  'upstream.auth': 'error',
  malformed: 'debug',
  invalid: 'debug',
  notFound: 'debug',
  methodNotAllowed: 'debug',
  notAcceptable: 'debug',
  unsupportedMediaType: 'debug',
  contentTooLarge: 'debug',
  uriTooLong: 'debug',
  headersTooLarge: 'debug',
  expectationFailed: 'debug',
  requestTimeout: 'debug',
  notImplemented: 'debug',
  conflict: 'debug',
  cancelled: 'debug',
};

/**
 * `error` for what somebody here must mend, `debug` for what a client did in the ordinary course, `warn` for the rest:
 * upstreams, overload, refused callers and the errors that a service declared.
 */
export function getSeverity(kind: FailureKind): Severity {
  return SEVERITIES_BY_KIND[kind] ?? 'warn';
}

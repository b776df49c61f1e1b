/**
 * The kinds of failures, a closed set. The kind decides whether a failure is retried or counts for a circuit breaker, its log level, and
 * whether the client sees its message. The catalogue has the statuses and codes.
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

/** The level at which a failure is logged. */
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
 * The log level of a kind: `error` if operators must act, `debug` for ordinary mistakes of clients, `warn` for the rest (upstreams,
 * overload, rejected callers, errors that a service declares).
 */
export function getSeverity(kind: FailureKind): Severity {
  return SEVERITIES_BY_KIND[kind] ?? 'warn';
}

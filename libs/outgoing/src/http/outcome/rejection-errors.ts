import { UpstreamError } from '@trunkline/failures';

/** Creates the error of a call that the circuit breaker rejects: 503 `CIRCUIT_OPEN`. */
export function createCircuitOpenError(connection: string, retryAfterMs: number): UpstreamError {
  const retryAfter = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  return new UpstreamError('CIRCUIT_OPEN', `circuit breaker of ${connection} is open; next probe in ${retryAfter} s`, {
    connection,
    wasSent: false,
    retryAfter,
  });
}

/** Creates the error of a call during a hold: 503 `UPSTREAM_RATE_LIMITED`. */
export function createOnHoldError(connection: string, remainingMs: number): UpstreamError {
  const retryAfter = Math.max(1, Math.ceil(remainingMs / 1_000));
  return new UpstreamError(
    'UPSTREAM_RATE_LIMITED',
    `${connection} is on hold for ${retryAfter} s, as it has requested`,
    {
      connection,
      wasSent: false,
      retryAfter,
    },
  );
}

/** Creates the error of a call that exceeds the configured limit of its upstream: 503 `UPSTREAM_RATE_LIMITED`. */
export function createLimitedError(connection: string, limit: string, waitMs: number): UpstreamError {
  const retryAfter = Math.max(1, Math.ceil(waitMs / 1_000));
  return new UpstreamError(
    'UPSTREAM_RATE_LIMITED',
    `limit of ${connection}, ${limit}, is exhausted; next call in ${retryAfter} s, after the deadline`,
    { connection, wasSent: false, retryAfter },
  );
}

/** Creates the error of a call that the bulkhead rejects: 503 `OVERLOADED`. */
export function createOverloadedError(connection: string): UpstreamError {
  return new UpstreamError('OVERLOADED', `bulkhead of ${connection} is full: no call can be made or queued`, {
    connection,
    wasSent: false,
    retryAfter: 1,
  });
}

import { UpstreamError } from '@trunkline/failures';

/** The circuit breaker lets nothing through: 503 `CIRCUIT_OPEN`. */
export function createCircuitOpenError(connection: string, retryAfterMs: number): UpstreamError {
  return new UpstreamError('CIRCUIT_OPEN', `${connection} is being spared, as it kept failing`, {
    connection,
    wasSent: false,
    retryAfter: Math.max(1, Math.ceil(retryAfterMs / 1_000)),
  });
}

/** The upstream has asked to be left alone: 503 `UPSTREAM_RATE_LIMITED`. */
export function createOnHoldError(connection: string, remainingMs: number): UpstreamError {
  const retryAfter = Math.max(1, Math.ceil(remainingMs / 1_000));
  return new UpstreamError('UPSTREAM_RATE_LIMITED', `${connection} is on hold for ${retryAfter} s, as it has asked`, {
    connection,
    wasSent: false,
    retryAfter,
  });
}

/** So many attempts are under way and waiting that there is no place for this one: 503 `OVERLOADED`. */
export function createOverloadedError(connection: string): UpstreamError {
  return new UpstreamError('OVERLOADED', `${connection} has as many calls under way and waiting as it may`, {
    connection,
    wasSent: false,
    retryAfter: 1,
  });
}

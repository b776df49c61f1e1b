import {
  BusError,
  ConflictError,
  DeadlineExceededError,
  createFailure,
  InternalError,
  ServiceResponseError,
  UpstreamError,
  ValidationFailedError,
} from '@trunkline/failures';
import { isRetryable } from './retryable';

const upstream = { connection: 'CRM', wasSent: true };

describe('a failed job', () => {
  it.each([
    ['an unexpected error', new InternalError('x is not a function')],
    ['a deadline', new DeadlineExceededError('a.b', 100)],
    ['an unreachable upstream', new UpstreamError('UPSTREAM_UNREACHABLE', 'refused', upstream)],
    ['an error of an upstream', new UpstreamError('UPSTREAM_ERROR', '500', upstream)],
    ['an open circuit breaker', new UpstreamError('CIRCUIT_OPEN', 'open', upstream)],
    ['an unavailable store', createFailure('STORE_UNAVAILABLE')],
    ["a service's own 503", new BusError('Busy', { status: 503 })],
    ["a service's own 422 with Retry-After", new BusError('Later', { status: 422, code: 'X', retryAfter: 5 })],
    ['a 5xx response of a service', new ServiceResponseError('a.b', 500, null)],
    ['a 5xx that onStatus renamed', new BusError('x', { code: 'ORDERS_DOWN', kind: 'upstream.error', status: 502 })],
  ])('is retried after %s', (_name, failure) => {
    expect(isRetryable(failure)).toBe(true);
  });

  it.each([
    ['invalid input', new ValidationFailedError([])],
    ['a conflict', new ConflictError('taken')],
    ["a service's own 4xx", new BusError('Out of stock', { code: 'OUT_OF_STOCK', status: 422 })],
    ['a 4xx response of a service', new ServiceResponseError('a.b', 409, null)],
    ['a request that an upstream rejects', new UpstreamError('UPSTREAM_REJECTED', '400', upstream)],
    ['credentials that an upstream rejects', new UpstreamError('UPSTREAM_AUTH_FAILED', '401', upstream)],
    ['a 4xx that onStatus renamed', new BusError('x', { code: 'NO', kind: 'upstream.rejected', status: 422 })],
  ])('is not retried after %s', (_name, failure) => {
    expect(isRetryable(failure)).toBe(false);
  });
});

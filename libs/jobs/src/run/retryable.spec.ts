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
    ['an accident', new InternalError('x is not a function')],
    ['a deadline', new DeadlineExceededError('a.b', 100)],
    ['an upstream that is away', new UpstreamError('UPSTREAM_UNREACHABLE', 'refused', upstream)],
    ['an upstream that fails', new UpstreamError('UPSTREAM_ERROR', '500', upstream)],
    ['an open breaker', new UpstreamError('CIRCUIT_OPEN', 'open', upstream)],
    ['a store that is away', createFailure('STORE_UNAVAILABLE')],
    ["a service's own 503", new BusError('Busy', { status: 503 })],
    [
      "a service's own 422 that says when to come back",
      new BusError('Later', { status: 422, code: 'X', retryAfter: 5 }),
    ],
    ['a status of 500 and more', new ServiceResponseError('a.b', 500, null)],
    ['a 5xx that onStatus renamed', new BusError('x', { code: 'ORDERS_DOWN', kind: 'upstream.error', status: 502 })],
  ])('is tried again after %s', (_name, failure) => {
    expect(isRetryable(failure)).toBe(true);
  });

  it.each([
    ['input that does not fit', new ValidationFailedError([])],
    ['a conflict', new ConflictError('taken')],
    ["a service's own 4xx", new BusError('Out of stock', { code: 'OUT_OF_STOCK', status: 422 })],
    ['a status below 500', new ServiceResponseError('a.b', 409, null)],
    ['an upstream that refuses the request', new UpstreamError('UPSTREAM_REJECTED', '400', upstream)],
    ['credentials that an upstream refuses', new UpstreamError('UPSTREAM_AUTH_FAILED', '401', upstream)],
    ['a 4xx that onStatus renamed', new BusError('x', { code: 'NO', kind: 'upstream.rejected', status: 422 })],
  ])('is not tried again after %s', (_name, failure) => {
    expect(isRetryable(failure)).toBe(false);
  });
});

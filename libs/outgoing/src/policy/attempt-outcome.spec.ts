import {
  CancelledError,
  DeadlineExceededError,
  InternalError,
  type UpstreamCode,
  UpstreamError,
} from '@trunkline/failures';
import { outcomeOfAnswer, outcomeOfFailure } from './attempt-outcome';
import { circuitOpen, overloaded } from './refusals';

const upstream = (code: UpstreamCode, wasSent = true) => new UpstreamError(code, code, { connection: 'CRM', wasSent });
const wanted = { reason: undefined, wasSent: true };

describe('what an attempt says of the health of an upstream', () => {
  it.each([500, 501, 502, 503, 504, 599, 429])('%d: it is not well', (status) => {
    expect(outcomeOfAnswer({ status })).toBe('failure');
  });

  it.each([400, 401, 403, 404, 408, 409, 422, 499])('%d: it is well, and will not do it', (status) => {
    expect(outcomeOfAnswer({ status })).toBe('rejected');
  });

  it.each([200, 204, 299, 304])('%d: it is well', (status) => {
    expect(outcomeOfAnswer({ status })).toBe('success');
  });

  it.each<UpstreamCode>([
    'UPSTREAM_UNREACHABLE',
    'UPSTREAM_DNS_FAILED',
    'UPSTREAM_TLS_FAILED',
    'UPSTREAM_TIMEOUT',
    'UPSTREAM_PROTOCOL_ERROR',
    'UPSTREAM_INVALID_RESPONSE',
  ])('%s: it is not well', (code) => {
    expect(outcomeOfFailure(upstream(code), wanted)).toBe('failure');
  });

  it.each<UpstreamCode>(['UPSTREAM_RESPONSE_TOO_LARGE', 'UPSTREAM_REDIRECT'])('%s: it comes of the request', (code) => {
    expect(outcomeOfFailure(upstream(code), wanted)).toBe('rejected');
  });

  it.each([
    circuitOpen('CRM', 0),
    overloaded('CRM'),
    upstream('UPSTREAM_AUTH_FAILED', false),
    new InternalError('ours'),
    'no error',
  ])('%s: it was not asked', (failure) => {
    expect(outcomeOfFailure(failure, { reason: undefined, wasSent: false })).toBe('cancelled');
  });

  it('a deadline that passes once something was sent: it is not well', () => {
    const reason = new DeadlineExceededError('crm.get', 100);

    expect(outcomeOfFailure(reason, { reason, wasSent: true })).toBe('failure');
    expect(outcomeOfFailure(reason, { reason, wasSent: false })).toBe('cancelled');
  });

  it('a client that leaves: nothing', () => {
    const reason = new CancelledError();

    expect(outcomeOfFailure(reason, { reason, wasSent: true })).toBe('cancelled');
  });
});

describe('refusals', () => {
  it.each([
    [0, 1],
    [1, 1],
    [1_001, 2],
    [60_000, 60],
  ])('of a breaker that is open for %d ms more ask for %d s', (retryAfterMs, seconds) => {
    expect(circuitOpen('CRM', retryAfterMs)).toMatchObject({
      code: 'CIRCUIT_OPEN',
      status: 503,
      retryAfter: seconds,
      wasSent: false,
    });
  });

  it('of a full bulkhead ask for a second', () => {
    expect(overloaded('CRM')).toMatchObject({ code: 'OVERLOADED', status: 503, retryAfter: 1, wasSent: false });
  });
});

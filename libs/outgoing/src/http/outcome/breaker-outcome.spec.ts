import {
  CancelledError,
  DeadlineExceededError,
  InternalError,
  type UpstreamCode,
  UpstreamError,
} from '@trunkline/failures';
import * as outcomes from './breaker-outcome';
import {
  type BreakerFailureCriterion,
  BreakerFailureCriteria,
  BREAKER_FAILURE_NAMES,
} from './breaker-failure-criteria';
import { createCircuitOpenError, createOnHoldError, createOverloadedError } from './rejection-errors';

const upstream = (code: UpstreamCode, wasSent = true) => new UpstreamError(code, code, { connection: 'CRM', wasSent });
const wanted = { reason: undefined, wasSent: true };
const all = new BreakerFailureCriteria(BREAKER_FAILURE_NAMES);
const classifyResponse = (response: { status: number; headers?: Record<string, string> }, failures = all) =>
  outcomes.classifyResponse({ headers: {}, ...response }, failures);
const classifyFailure = (
  failure: unknown,
  call: { readonly reason: Error | undefined; readonly wasSent: boolean },
  failures = all,
) => outcomes.classifyFailure(failure, call, failures);

describe('what an attempt shows about the health of an upstream', () => {
  it.each([500, 501, 502, 503, 504, 599])('%d: unhealthy', (status) => {
    expect(classifyResponse({ status })).toBe('failure');
  });

  it.each([400, 401, 403, 404, 408, 409, 422, 429, 499])('%d: healthy, request rejected', (status) => {
    expect(classifyResponse({ status })).toBe('rejected');
  });

  it.each([200, 204, 299, 304])('%d: healthy', (status) => {
    expect(classifyResponse({ status })).toBe('success');
  });

  it.each<UpstreamCode>([
    'UPSTREAM_UNREACHABLE',
    'UPSTREAM_DNS_FAILED',
    'UPSTREAM_TLS_FAILED',
    'UPSTREAM_TIMEOUT',
    'UPSTREAM_PROTOCOL_ERROR',
    'UPSTREAM_INVALID_RESPONSE',
  ])('%s: unhealthy', (code) => {
    expect(classifyFailure(upstream(code), wanted)).toBe('failure');
  });

  it.each<UpstreamCode>(['UPSTREAM_RESPONSE_TOO_LARGE', 'UPSTREAM_REDIRECT'])('%s: caused by the request', (code) => {
    expect(classifyFailure(upstream(code), wanted)).toBe('rejected');
  });

  it.each([
    createCircuitOpenError('CRM', 0),
    createOverloadedError('CRM'),
    createOnHoldError('CRM', 1_000),
    upstream('UPSTREAM_AUTH_FAILED', false),
    new InternalError('ours'),
    'no error',
  ])('%s: no request was sent', (failure) => {
    expect(classifyFailure(failure, { reason: undefined, wasSent: false })).toBe('cancelled');
  });

  it('a deadline that passes after the request was sent: unhealthy', () => {
    const reason = new DeadlineExceededError('crm.get', 100);

    expect(classifyFailure(reason, { reason, wasSent: true })).toBe('failure');
    expect(classifyFailure(reason, { reason, wasSent: false })).toBe('cancelled');
  });

  it('a client that disconnects: nothing', () => {
    const reason = new CancelledError();

    expect(classifyFailure(reason, { reason, wasSent: true })).toBe('cancelled');
  });
});

describe('a configured failure of a breaker', () => {
  const deadline = new DeadlineExceededError('crm.get', 100);

  it.each<[BreakerFailureCriterion, readonly number[], readonly UpstreamCode[]]>([
    ['5xx', [500, 503, 504], []],
    [503, [503], []],
    [404, [404], []],
    ['unreachable', [], ['UPSTREAM_UNREACHABLE', 'UPSTREAM_DNS_FAILED', 'UPSTREAM_TLS_FAILED']],
    ['protocol', [], ['UPSTREAM_PROTOCOL_ERROR']],
    ['timeout', [], ['UPSTREAM_TIMEOUT']],
    ['invalid', [], ['UPSTREAM_INVALID_RESPONSE']],
  ])('is by %s no more than that', (name, statuses, codes) => {
    const failures = new BreakerFailureCriteria([name]);
    const answered = [404, 429, 500, 503, 504].filter((status) => classifyResponse({ status }, failures) === 'failure');
    const failed = (
      [
        'UPSTREAM_UNREACHABLE',
        'UPSTREAM_DNS_FAILED',
        'UPSTREAM_TLS_FAILED',
        'UPSTREAM_PROTOCOL_ERROR',
        'UPSTREAM_TIMEOUT',
        'UPSTREAM_INVALID_RESPONSE',
        'UPSTREAM_REDIRECT',
      ] as const
    ).filter((code) => classifyFailure(upstream(code), wanted, failures) === 'failure');

    expect([answered, failed]).toEqual([statuses, codes]);
    expect(classifyFailure(deadline, { reason: deadline, wasSent: true }, failures)).toBe(
      name === 'timeout' ? 'failure' : 'cancelled',
    );
  });

  it('is never a call that was throttled', () => {
    const failures = new BreakerFailureCriteria([403]);

    expect(classifyResponse({ status: 403, headers: { 'retry-after': '5' } }, failures)).toBe('rejected');
    expect(classifyResponse({ status: 403 }, failures)).toBe('failure');
  });
});

describe('rejections', () => {
  it.each([
    [0, 1],
    [1, 1],
    [1_001, 2],
    [60_000, 60],
  ])('of a breaker that is open for %d ms have a Retry-After of %d s', (retryAfterMs, seconds) => {
    expect(createCircuitOpenError('CRM', retryAfterMs)).toMatchObject({
      code: 'CIRCUIT_OPEN',
      status: 503,
      retryAfter: seconds,
      wasSent: false,
    });
  });

  it.each([
    [2, 1],
    [59_001, 60],
  ])('of a connection that is on hold for %d ms have a Retry-After of %d s', (remainingMs, retryAfter) => {
    expect(createOnHoldError('CRM', remainingMs)).toMatchObject({
      code: 'UPSTREAM_RATE_LIMITED',
      status: 503,
      retryAfter,
      wasSent: false,
    });
  });

  it('of a full bulkhead have a Retry-After of one second', () => {
    expect(createOverloadedError('CRM')).toMatchObject({
      code: 'OVERLOADED',
      status: 503,
      retryAfter: 1,
      wasSent: false,
    });
  });
});

import { catchRejection } from '../../test-bus.fixture';
import { createStatusFailure } from '../../http/response/status-failure';
import { applyStatusRules } from './status-rules';

const response = (status: number, headers = {}) => ({ status, ok: false, headers, data: { secret: 'canary' } });
const outcome = (status: number, rules = {}, headers = {}) =>
  catchRejection(Promise.resolve().then(() => applyStatusRules('CRM', response(status, headers), rules)));

describe('the failure that a status of an upstream is', () => {
  it.each([
    [304, 'UPSTREAM_INVALID_RESPONSE', 502],
    [400, 'UPSTREAM_REJECTED', 502],
    [401, 'UPSTREAM_AUTH_FAILED', 502],
    [402, 'UPSTREAM_REJECTED', 502],
    [403, 'UPSTREAM_AUTH_FAILED', 502],
    [404, 'UPSTREAM_NOT_FOUND', 404],
    [405, 'UPSTREAM_REJECTED', 502],
    [407, 'UPSTREAM_AUTH_FAILED', 502],
    [408, 'UPSTREAM_TIMEOUT', 504],
    [409, 'UPSTREAM_CONFLICT', 409],
    [410, 'UPSTREAM_GONE', 410],
    [412, 'UPSTREAM_PRECONDITION_FAILED', 412],
    [418, 'UPSTREAM_REJECTED', 502],
    [422, 'UPSTREAM_REJECTED', 502],
    [429, 'UPSTREAM_RATE_LIMITED', 503],
    [500, 'UPSTREAM_ERROR', 502],
    [501, 'UPSTREAM_ERROR', 502],
    [502, 'UPSTREAM_ERROR', 502],
    [503, 'UPSTREAM_UNAVAILABLE', 503],
    [504, 'UPSTREAM_ERROR', 502],
    [599, 'UPSTREAM_ERROR', 502],
    [999, 'UPSTREAM_INVALID_RESPONSE', 502],
  ])('%d is %s, %d to the client', (status, code, shown) => {
    const failure = createStatusFailure('CRM', response(status));

    expect(failure).toMatchObject({ code, status: shown, upstreamStatus: status, wasSent: true, connection: 'CRM' });
  });

  it.each([
    [429, '60', 60],
    [429, '3600', 300],
    [429, '2.0', 2],
    [403, '60', 60],
    [503, '3600', 3600],
    [503, 'nonsense', undefined],
    [500, '60', undefined],
    [404, '60', undefined],
  ])('%d with Retry-After %s passes on %s', (status, value, retryAfter) => {
    expect(createStatusFailure('CRM', response(status, { 'retry-after': value })).retryAfter).toBe(retryAfter);
  });
});

describe('a 403', () => {
  it.each([{ 'retry-after': '5' }, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '5' }])(
    'with %j is that of a rate limit, not of credentials',
    (headers) => {
      expect(createStatusFailure('CRM', response(403, headers))).toMatchObject({
        code: 'UPSTREAM_RATE_LIMITED',
        status: 503,
        upstreamStatus: 403,
        retryAfter: 5,
      });
    },
  );
});

describe('onStatus', () => {
  it.each([[null], [[]], [0], [''], [undefined], [{ a: 1 }]])('gives the value %p', (value) => {
    expect(applyStatusRules('CRM', response(404), { 404: { value } })).toBe(value);
  });

  it('leaves other statuses as they are', async () => {
    expect(await outcome(409, { 404: { value: null } })).toMatchObject({ code: 'UPSTREAM_CONFLICT' });
  });

  it('makes a failure for the client, with the one of the upstream as its cause', async () => {
    const rules = { 422: { status: 409, code: 'ORDER_REJECTED', title: 'The order was rejected' } };

    expect(await outcome(422, rules)).toMatchObject({
      status: 409,
      code: 'ORDER_REJECTED',
      title: 'The order was rejected',
      kind: 'domain',
      cause: { code: 'UPSTREAM_REJECTED', upstreamStatus: 422 },
    });
  });

  it.each([
    [422, {}, { status: 422, code: 'UNPROCESSABLE', title: 'Unprocessable Entity' }],
    [422, { status: 409 }, { status: 409, code: 'CONFLICT', title: 'Conflict' }],
    [422, { code: 'ORDER_REJECTED' }, { status: 422, code: 'ORDER_REJECTED', title: 'Unprocessable Entity' }],
    [500, { title: 'No luck' }, { status: 500, title: 'No luck' }],
  ])('fills in what the rule for %d leaves out: %j', async (status, rule, failure) => {
    expect(await outcome(status, { [status]: rule })).toMatchObject(failure);
  });

  it("passes on the upstream's Retry-After", async () => {
    expect(await outcome(503, { 503: { code: 'BUSY' } }, { 'retry-after': '7' })).toMatchObject({
      code: 'BUSY',
      retryAfter: 7,
    });
  });
});

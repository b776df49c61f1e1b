import { findHoldMs, findRetryAfterMs, isThrottled } from './rate-limit';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const NOW_S = NOW / 1_000;

beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
});
afterEach(() => {
  jest.useRealTimers();
});

describe.each([429, 503, 403])('the Retry-After of a %d', (status) => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    ['2.0', 2_000],
    ['0.5', 500],
    [' 2 ', 2_000],
    ['Fri, 20 Nov 2026 12:00:30 GMT', 30_000],
    ['Friday, 20-Nov-26 12:00:30 GMT', 30_000],
    ['2026-11-20T12:00:30Z', 30_000],
    [String(NOW_S + 30), 30_000],
    ['Fri, 20 Nov 2026 11:00:00 GMT', 0],
  ])('of %j is %d ms', (value, ms) => {
    expect(findRetryAfterMs({ status, headers: { 'retry-after': value } })).toBe(ms);
  });

  it.each(['', 'soon', '-5', '1e3', '2,5', '12345678901234', 'Fri, 99 Nov 2026 12:00:00 GMT'])(
    'of %j says nothing',
    (value) => {
      expect(findRetryAfterMs({ status, headers: { 'retry-after': value } })).toBeUndefined();
    },
  );

  it('is undefined when it is absent or repeated', () => {
    expect(findRetryAfterMs({ status, headers: {} })).toBeUndefined();
    expect(findRetryAfterMs({ status, headers: { 'retry-after': ['1', '2'] } })).toBeUndefined();
  });

  it('is relative to the clock of the upstream', () => {
    const headers = { date: 'Fri, 20 Nov 2026 11:00:00 GMT', 'retry-after': 'Fri, 20 Nov 2026 11:00:30 GMT' };

    expect(findRetryAfterMs({ status, headers })).toBe(30_000);
  });

  it.each(['retry-after-ms', 'x-ms-retry-after-ms'])('is less exact than %s', (name) => {
    expect(findRetryAfterMs({ status, headers: { [name]: '120.5', 'retry-after': '1' } })).toBe(120.5);
  });
});

describe('the reset of a quota', () => {
  it.each([
    [{ 'x-ratelimit-reset': String(NOW_S + 30) }, 30_000],
    [{ 'x-ratelimit-reset': String(NOW + 30_000) }, 30_000],
    [{ 'x-ratelimit-reset': '30' }, 30_000],
    [{ 'x-ratelimit-reset': '2026-11-20T12:00:30Z' }, 30_000],
    [{ 'x-rate-limit-reset': String(NOW_S + 30) }, 30_000],
    [{ 'ratelimit-reset': '30' }, 30_000],
    [{ 'x-ratelimit-reset-after': '1.25' }, 1_250],
    [{ 'x-ratelimit-reset-requests': '1m30.5s' }, 90_500],
    [{ 'x-ratelimit-reset-tokens': '20ms' }, 20],
    [{ 'x-ratelimit-reset': String(NOW_S - 30) }, 0],
    [{ ratelimit: '"default";r=0;t=30' }, 30_000],
    [{ ratelimit: '"minute";r=0;t=30, "day";r=5;t=3600' }, 30_000],
    [{ ratelimit: 'limit=100, remaining=0, reset=30' }, 30_000],
  ])('%j of a 429 is %d ms', (headers, ms) => {
    expect(findRetryAfterMs({ status: 429, headers })).toBe(ms);
  });

  it('is that of the exhausted quota, where the upstream names it', () => {
    const headers = {
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '2s',
      'x-ratelimit-remaining-tokens': '10',
      'x-ratelimit-reset-tokens': '6m0s',
    };

    expect(findRetryAfterMs({ status: 429, headers })).toBe(2_000);
  });

  it.each([
    { 'x-ratelimit-remaining': '12', 'x-ratelimit-reset': '30' },
    { ratelimit: '"default";r=12;t=30' },
    { 'x-ratelimit-remaining': '0' },
    { 'x-ratelimit-reset': 'soon' },
    { 'x-ratelimit-reset': '' },
  ])('%j says nothing', (headers) => {
    expect(findRetryAfterMs({ status: 429, headers })).toBeUndefined();
  });

  it('is less than what Retry-After says', () => {
    expect(findRetryAfterMs({ status: 429, headers: { 'retry-after': '1', 'x-ratelimit-reset': '30' } })).toBe(1_000);
  });

  it.each([200, 404, 500, 503])('is of no concern to a %d', (status) => {
    expect(
      findRetryAfterMs({ status, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '30' } }),
    ).toBeUndefined();
  });
});

describe('a hold is requested', () => {
  const headers = { 'retry-after': '5' };

  it.each([429, 503, 403])('by a %d', (status) => {
    expect([findHoldMs({ status, headers }), findHoldMs({ status, headers: {} })]).toEqual([5_000, undefined]);
  });

  it.each([200, 202, 301, 404, 413, 500])('not by a %d', (status) => {
    expect(findHoldMs({ status, headers })).toBeUndefined();
  });
});

describe('a call is throttled', () => {
  it.each([
    [429, {}],
    [403, { 'retry-after': '5' }],
    [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW_S + 30) }],
    [403, { 'x-ratelimit-remaining': '0' }],
    [403, { ratelimit: '"default";r=0;t=30' }],
  ])('by %d with %j', (status, headers) => {
    expect(isThrottled({ status, headers })).toBe(true);
  });

  it.each([
    [403, {}],
    [403, { 'x-ratelimit-remaining': '12', 'x-ratelimit-reset': '30' }],
    [403, { 'x-ratelimit-reset': '30' }],
    [401, { 'retry-after': '5' }],
    [503, { 'retry-after': '5' }],
  ])('not by %d with %j', (status, headers) => {
    expect(isThrottled({ status, headers })).toBe(false);
  });
});

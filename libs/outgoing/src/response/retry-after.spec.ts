import { retryAfterMs } from './retry-after';

const NOW = Date.parse('2026-11-20T12:00:00Z');

beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    ['Fri, 20 Nov 2026 12:00:30 GMT', 30_000],
    ['Friday, 20-Nov-26 12:00:30 GMT', 30_000],
    ['Fri, 20 Nov 2026 11:00:00 GMT', 0],
  ])('of %s is %d ms', (value, ms) => {
    expect(retryAfterMs({ 'retry-after': value })).toBe(ms);
  });

  it.each(['', 'soon', '-5', '1.5', '1e3', '12345678901', 'Fri, 99 Nov 2026 12:00:00 GMT'])(
    'of %j says nothing',
    (value) => {
      expect(retryAfterMs({ 'retry-after': value })).toBeUndefined();
    },
  );

  it('says nothing when it is absent, or there twice', () => {
    expect(retryAfterMs({})).toBeUndefined();
    expect(retryAfterMs({ 'retry-after': ['1', '2'] })).toBeUndefined();
  });
});

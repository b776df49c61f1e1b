import { TokenBucket } from './token-bucket';

describe('a token bucket', () => {
  const window = new TokenBucket({ limit: 100, perMs: 60_000, burst: 20 });

  it('has its full burst without a debt', () => {
    expect([window.getRemaining(0), window.getWaitMs(0)]).toEqual([20, 0]);
  });

  it('counts whole remaining requests', () => {
    expect([600, 700, 1_199, 1_200].map((debtMs) => window.getRemaining(debtMs))).toEqual([19, 18, 18, 18]);
  });

  it('has the time until there is one more', () => {
    expect([0, 600, 700, 1_200, 11_700, 12_000].map((debtMs) => window.getRefillMs(debtMs))).toEqual([
      0, 600, 100, 600, 300, 600,
    ]);
  });

  it('has the time until a request is allowed', () => {
    expect([11_400, 11_700, 12_000].map((debtMs) => window.getWaitMs(debtMs))).toEqual([0, 300, 600]);
  });

  it('has the limit as its default burst', () => {
    expect(new TokenBucket({ limit: 7, perMs: 60_000 }).getRemaining(0)).toBe(7);
  });

  it.each([
    { limit: 0, perMs: 1 },
    { limit: 1, perMs: 0 },
    { limit: 1, perMs: 1, burst: 0 },
  ])('rejects %j', (options) => {
    expect(() => new TokenBucket(options)).toThrow(RangeError);
  });
});

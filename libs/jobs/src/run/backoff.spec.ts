import { computeBackoffMs } from './backoff';

const backoff = { initialMs: 1_000, maxMs: 300_000 };

describe('the wait between attempts', () => {
  it('doubles with each attempt', () => {
    expect([1, 2, 3].map((attempt) => computeBackoffMs(attempt, backoff, () => 1))).toEqual([1_000, 2_000, 4_000]);
  });

  it('is never longer than its bound', () => {
    expect(computeBackoffMs(60, backoff, () => 1)).toBe(300_000);
  });

  it('is at random, but never less than half', () => {
    expect(computeBackoffMs(2, backoff, () => 0)).toBe(1_000);
  });
});

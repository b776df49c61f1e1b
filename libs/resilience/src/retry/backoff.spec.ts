import * as fc from 'fast-check';
import { computeBackoffMs, computeEqualJitterBackoffMs } from './backoff';

const OPTIONS = { initialMs: 50, maxMs: 2_000 };
const almostOne = () => 1 - Number.EPSILON;

describe('the backoff', () => {
  it.each([
    [1, 50],
    [2, 100],
    [3, 200],
    [6, 1_600],
    [7, 2_000],
    [5_000, 2_000],
  ])('after attempt %d is up to %d ms', (attempt, mostMs) => {
    expect(computeBackoffMs(attempt, OPTIONS, almostOne)).toBe(mostMs);
    expect(computeBackoffMs(attempt, OPTIONS, () => 0)).toBe(0);
  });

  it('lies between 0 and its bound, for any random number', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.nat(10_000),
        fc.nat(60_000),
        random,
        (attempt, initialMs, maxMs, chance) => {
          const delayMs = computeBackoffMs(attempt, { initialMs, maxMs }, () => chance);

          expect(delayMs).toBeGreaterThanOrEqual(0);
          expect(delayMs).toBeLessThanOrEqual(Math.min(maxMs, initialMs * 2 ** (attempt - 1)));
          expect(Number.isInteger(delayMs)).toBe(true);
        },
      ),
    );
  });
});

describe('the backoff with equal jitter', () => {
  it.each([
    [1, 25, 50],
    [2, 50, 100],
    [3, 100, 200],
    [5_000, 1_000, 2_000],
  ])('after attempt %d is from %d to %d ms', (attempt, leastMs, mostMs) => {
    expect(computeEqualJitterBackoffMs(attempt, OPTIONS, () => 0)).toBe(leastMs);
    expect(computeEqualJitterBackoffMs(attempt, OPTIONS, almostOne)).toBe(mostMs);
  });
});

import { calculateMedian, calculatePercentile, calculateRatioInterval } from './statistics.mjs';

describe('the median', () => {
  it('is the middle of an odd number of values, in any order', () => {
    expect(calculateMedian([9, 1, 100])).toBe(9);
  });

  it('is the mean of the middle two of an even number of values', () => {
    expect(calculateMedian([4, 1, 2, 100])).toBe(3);
  });
});

describe('a percentile', () => {
  it('is the value that the share of all values do not exceed', () => {
    const values = Array.from({ length: 200 }, (_, index) => 200 - index);

    expect(calculatePercentile(values, 0.99)).toBe(198);
  });

  it('is the only value of a list of one', () => {
    expect(calculatePercentile([7], 0.99)).toBe(7);
  });

  it('of no values is 0', () => {
    expect(calculatePercentile([], 0.99)).toBe(0);
  });
});

describe('the interval of a ratio', () => {
  it('is as narrow as the ratio when all measurements agree', () => {
    const { ratio, low, high } = calculateRatioInterval([1.2, 1.2, 1.2]);

    expect([ratio, low, high].map((value) => value.toFixed(9))).toEqual(['1.200000000', '1.200000000', '1.200000000']);
  });

  it('is that of Student for the logarithms', () => {
    // Mean 0, standard deviation 0.1, three measurements: the margin is 4.303 × 0.1 ÷ √3.
    const { ratio, low, high } = calculateRatioInterval([Math.exp(-0.1), 1, Math.exp(0.1)]);

    expect(ratio).toBeCloseTo(1, 9);
    expect(Math.log(high)).toBeCloseTo((4.303 * 0.1) / Math.sqrt(3), 9);
    expect(low).toBeCloseTo(1 / high, 9);
  });

  it('of inverse ratios is the inverse', () => {
    const forwards = calculateRatioInterval([1.1, 1.3, 1.2, 1.25]);
    const backwards = calculateRatioInterval([1.1, 1.3, 1.2, 1.25].map((value) => 1 / value));

    expect(backwards.ratio).toBeCloseTo(1 / forwards.ratio, 9);
    expect(backwards.low).toBeCloseTo(1 / forwards.high, 9);
  });

  it('has a margin for more than 31 measurements', () => {
    const { low, high } = calculateRatioInterval(
      Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 0.9 : 1.1)),
    );

    expect(low).toBeGreaterThan(0.9);
    expect(high).toBeLessThan(1.1);
  });
});

import * as fc from 'fast-check';
import { formatDuration, parseDuration, toMs } from './duration';

describe('a duration', () => {
  it.each([
    ['250ms', 250],
    ['5s', 5_000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    ['1.5s', 1_500],
    ['0s', 0],
  ])('%s is %d milliseconds', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['5', '5 s', '-1s', 's', '1w', '', '1e3s', '5S'])('is not %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('is milliseconds if it is a number', () => {
    expect(toMs(1_500)).toBe(1_500);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '5'])('rejects %p and states what is expected', (duration) => {
    expect(() => toMs(duration)).toThrow(RangeError);
    expect(() => toMs(duration)).toThrow("'250ms'");
  });

  it('is formatted as the text that it was parsed from', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000_000), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});

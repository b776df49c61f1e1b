import { ConcurrencyLimit } from './concurrency-limit';
import type { EventLoopSample } from './event-loop-sample';

const MOST = 1_000;
const DELAY_MS = 100;
const inTime: EventLoopSample = { busyMs: 10, idleMs: 10, lateMs: -10, completed: 10, peakInFlight: 400 };
const late: EventLoopSample = { busyMs: 520, idleMs: 0, lateMs: 500, completed: 50, peakInFlight: 400 };
const limitAfter = (...samples: readonly EventLoopSample[]) => {
  const limit = new ConcurrencyLimit(MOST, DELAY_MS);
  for (const sample of samples) limit.adapt(sample);
  return limit;
};
const many = (count: number, sample: EventLoopSample) => Array.from({ length: count }, () => sample);

describe('The limit of requests under way', () => {
  it('is as configured while the loop is in time', () => {
    expect(limitAfter(...many(100, inTime)).value).toBe(MOST);
  });

  it('takes one long turn for an accident', () => {
    expect(limitAfter(late).value).toBe(MOST);
  });

  it('falls with the second, below what was under way: by the share of the turn that was too long, to a fifth at most', () => {
    expect(limitAfter(late, late).value).toBe(80);
    expect(limitAfter(late, { ...late, lateMs: 100 }).value).toBe(200);
  });

  it('takes late turns for a burst until they have lasted half a second', () => {
    const short = { ...late, lateMs: 60 };

    expect(limitAfter(...many(8, short)).value).toBe(MOST);
    expect(limitAfter(...many(9, short)).value).toBeLessThan(MOST);
  });

  it('does not fall for turns that are half as long as a request may wait', () => {
    expect(limitAfter(...many(100, { ...late, lateMs: 50 })).value).toBe(MOST);
  });

  it('does not fall for one request that takes long: fewer would not make it shorter', () => {
    expect(limitAfter(...many(100, { ...late, completed: 3 })).value).toBe(MOST);
  });

  it('does not fall below 16, unless fewer are configured', () => {
    expect(limitAfter(...many(100, late), ...many(10, { ...late, peakInFlight: 16 })).value).toBe(16);
    const small = new ConcurrencyLimit(5, DELAY_MS);
    for (const sample of many(10, late)) small.adapt(sample);

    expect(small.value).toBe(5);
  });

  it('rises again when the loop is in time, by half in a second, and no further than configured', () => {
    const cut = [late, late];

    expect(limitAfter(...cut, ...many(50, inTime)).value).toBeCloseTo(80 * 1.5, -1);
    expect(limitAfter(...cut, ...many(1_000, inTime)).value).toBe(MOST);
  });

  it('forgets a late turn after ten in time', () => {
    expect(limitAfter(late, ...many(11, inTime), late).value).toBe(MOST);
  });

  it('says that the loop is late when a turn is longer than a request may wait', () => {
    expect(limitAfter({ ...late, lateMs: 101 }).isLate).toBe(true);
    expect(limitAfter({ ...late, lateMs: 100 }).isLate).toBe(false);
    expect(limitAfter(late, inTime).isLate).toBe(false);
  });
});

import { COLD_REQUESTS, ConcurrencyLimit } from './concurrency-limit';
import type { EventLoopSample } from './event-loop-sample';

const MAX = 1_000;
const DELAY_MS = 100;
const timely: EventLoopSample = { busyMs: 10, idleMs: 10, lateMs: -10, completed: 10, peakInFlight: 400 };
const late: EventLoopSample = { busyMs: 520, idleMs: 0, lateMs: 500, completed: 50, peakInFlight: 400 };
const createWarmLimit = (max = MAX) => {
  const limit = new ConcurrencyLimit(max, DELAY_MS);
  limit.adapt({ ...timely, completed: COLD_REQUESTS });
  return limit;
};
const limitAfter = (...samples: readonly EventLoopSample[]) => {
  const limit = createWarmLimit();
  for (const sample of samples) limit.adapt(sample);
  return limit;
};
const many = (count: number, sample: EventLoopSample) => Array.from({ length: count }, () => sample);

describe('The limit of requests in flight', () => {
  it('has its configured value while the event loop is on time', () => {
    expect(limitAfter(...many(100, timely)).value).toBe(MAX);
  });

  it('does not fall while the first thousand requests are served, whose code is not compiled yet', () => {
    const limit = new ConcurrencyLimit(MAX, DELAY_MS);
    for (const sample of many(COLD_REQUESTS / late.completed, late)) limit.adapt(sample);

    expect(limit.value).toBe(MAX);
    for (const sample of many(2, late)) limit.adapt(sample);

    expect(limit.value).toBe(80);
  });

  it('ignores a single late tick', () => {
    expect(limitAfter(late).value).toBe(MAX);
  });

  it('falls below the requests in flight with the second late tick, in proportion to its lateness, to a fifth at most', () => {
    expect(limitAfter(late, late).value).toBe(80);
    expect(limitAfter(late, { ...late, lateMs: 100 }).value).toBe(200);
  });

  it('does not fall until late ticks add up to half a second', () => {
    const short = { ...late, lateMs: 60 };

    expect(limitAfter(...many(8, short)).value).toBe(MAX);
    expect(limitAfter(...many(9, short)).value).toBeLessThan(MAX);
  });

  it('does not fall for ticks of half the maximum wait', () => {
    expect(limitAfter(...many(100, { ...late, lateMs: 50 })).value).toBe(MAX);
  });

  it('does not fall for ticks with few completed requests', () => {
    expect(limitAfter(...many(100, { ...late, completed: 3 })).value).toBe(MAX);
  });

  it('does not fall below 16, unless its configured value is lower', () => {
    expect(limitAfter(...many(100, late), ...many(10, { ...late, peakInFlight: 16 })).value).toBe(16);
    const small = createWarmLimit(5);
    for (const sample of many(10, late)) small.adapt(sample);

    expect(small.value).toBe(5);
  });

  it('rises by half in a second while the event loop is on time, up to its configured value', () => {
    const cut = [late, late];

    expect(limitAfter(...cut, ...many(50, timely)).value).toBeCloseTo(80 * 1.5, -1);
    expect(limitAfter(...cut, ...many(1_000, timely)).value).toBe(MAX);
  });

  it('forgets a late tick after ten timely ticks', () => {
    expect(limitAfter(late, ...many(11, timely), late).value).toBe(MAX);
  });

  it('reports a late event loop when a tick exceeds the maximum wait', () => {
    expect(limitAfter({ ...late, lateMs: 101 }).isLate).toBe(true);
    expect(limitAfter({ ...late, lateMs: 100 }).isLate).toBe(false);
    expect(limitAfter(late, timely).isLate).toBe(false);
  });
});

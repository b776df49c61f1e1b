import * as fc from 'fast-check';
import { LatencyEstimate } from './latency-estimate';

const createEstimate = (latenciesMs: readonly number[]) => {
  const estimate = new LatencyEstimate();
  for (const latencyMs of latenciesMs) estimate.add(latencyMs);
  return estimate;
};
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('a latency estimate', () => {
  it('is undefined before the first attempt', () => {
    expect(createEstimate([]).p50Ms()).toBeUndefined();
    expect(createEstimate([]).p95Ms()).toBeUndefined();
  });

  it('has the usual latency from the first attempt on', () => {
    expect(createEstimate([42]).p50Ms()).toBe(42);
  });

  it('has the 95th percentile from 20 attempts on', () => {
    expect(createEstimate(upTo(19)).p95Ms()).toBeUndefined();
    expect(createEstimate(upTo(20)).p95Ms()).toBe(19);
  });

  it('uses the last 128 attempts', () => {
    const estimate = createEstimate([...Array.from({ length: 1_000 }, () => 9_999), ...upTo(128)]);

    expect(estimate.p50Ms()).toBe(64);
    expect(estimate.p95Ms()).toBe(122);
  });

  it('follows a change once an eighth of the attempts is new', () => {
    const estimate = createEstimate(upTo(128));
    expect(estimate.p50Ms()).toBe(64);

    for (let attempt = 0; attempt < 15; attempt++) estimate.add(1_000);
    expect(estimate.p50Ms()).toBe(64);
    estimate.add(1_000);

    expect(estimate.p50Ms()).toBe(80);
    expect(estimate.p95Ms()).toBe(1_000);
  });

  it('is a measured latency that half or 95 of 100 attempts do not exceed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 60_000, noNaN: true }), { minLength: 20, maxLength: 300 }),
        (all) => {
          const estimate = createEstimate(all);
          const recent = all.slice(-128);
          const shareWithin = (ms = Number.NaN) => recent.filter((each) => each <= ms).length / recent.length;

          expect(recent).toContain(estimate.p50Ms());
          expect(recent).toContain(estimate.p95Ms());
          expect(shareWithin(estimate.p50Ms())).toBeGreaterThanOrEqual(0.5);
          expect(shareWithin(estimate.p95Ms())).toBeGreaterThanOrEqual(0.95);
        },
      ),
    );
  });
});

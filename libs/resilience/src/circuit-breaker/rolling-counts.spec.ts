import * as fc from 'fast-check';
import { RollingCounts } from './rolling-counts';

describe('rolling counts', () => {
  it('contain the calls within the window', () => {
    const counts = new RollingCounts(10_000);

    counts.countFailure(0);
    counts.countSuccess(9_999);

    expect(counts).toMatchObject({ calls: 2, failures: 1 });
  });

  it('drop older calls, even after a long idle time', () => {
    const counts = new RollingCounts(10_000);
    for (let failure = 0; failure < 19; failure++) counts.countFailure(500);

    counts.countFailure(3_600_000);

    expect(counts).toMatchObject({ calls: 1, failures: 1 });
  });

  it('contain every call younger than nine tenths of the window, and none older than the window', () => {
    const call = fc.record({ afterMs: fc.nat(2_500), hasFailed: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(call, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 10, max: 10_000 }),
        (calls, windowMs) => {
          const counts = new RollingCounts(windowMs);
          const past: { readonly atMs: number; readonly hasFailed: boolean }[] = [];
          let nowMs = 0;
          const youngerThan = (ageMs: number) => past.filter(({ atMs }) => nowMs - atMs < ageMs);

          for (const { afterMs, hasFailed } of calls) {
            nowMs += afterMs;
            past.push({ atMs: nowMs, hasFailed });
            if (hasFailed) counts.countFailure(nowMs);
            else counts.countSuccess(nowMs);

            const failuresIn = (some: typeof past) => some.filter((each) => each.hasFailed).length;
            const [surely, atMost] = [youngerThan(0.9 * windowMs), youngerThan(windowMs)];
            expect(counts.calls).toBeGreaterThanOrEqual(surely.length);
            expect(counts.calls).toBeLessThanOrEqual(atMost.length);
            expect(counts.failures).toBeGreaterThanOrEqual(failuresIn(surely));
            expect(counts.failures).toBeLessThanOrEqual(failuresIn(atMost));
          }
        },
      ),
    );
  });
});

import * as fc from 'fast-check';
import { Deadline } from './deadline';

const clockAt = (startMs: number) => {
  let nowMs = startMs;
  return { nowMs: () => nowMs, advance: (ms: number) => (nowMs += ms) };
};

describe('a deadline', () => {
  it('has the remaining time', () => {
    const clock = clockAt(1_000);
    const deadline = Deadline.in(500, clock);

    clock.advance(200);

    expect(deadline.remainingMs()).toBe(300);
    expect(deadline.hasPassed).toBe(false);
  });

  it('has no remaining time once it has passed, and never a negative one', () => {
    const clock = clockAt(0);
    const deadline = Deadline.in(500, clock);

    clock.advance(900);

    expect(deadline.remainingMs()).toBe(0);
    expect(deadline.hasPassed).toBe(true);
  });

  it('is never extended', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.array(fc.tuple(fc.nat(1_000), fc.nat(100_000))), (budgetMs, hops) => {
        const clock = clockAt(0);
        const root = Deadline.in(budgetMs, clock);
        let current = root;
        for (const [elapsedMs, askedMs] of hops) {
          clock.advance(elapsedMs);
          current = current.limitTo(askedMs);
          expect(current.remainingMs()).toBeLessThanOrEqual(Math.min(root.remainingMs(), askedMs));
        }
      }),
    );
  });
});

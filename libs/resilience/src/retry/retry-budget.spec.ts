import * as fc from 'fast-check';
import { RecordingEnvironment } from '../recording-environment.fixture';
import { RetryBudget } from './retry-budget';

interface Step {
  readonly calls?: number;
  readonly elapsedMs?: number;
  readonly tries?: number;
}

const opened = (ratio = 0.1, perSecond = 3) => {
  const environment = new RecordingEnvironment();
  return { environment, budget: new RetryBudget({ ratio, perSecond }, environment.clock) };
};
const takeAll = (budget: RetryBudget) => {
  let taken = 0;
  while (taken < 1_000 && budget.tryTake()) taken++;
  return taken;
};

describe('a retry budget', () => {
  it('holds one second of retries at first', () => {
    const { budget } = opened(0.1, 3);

    expect(takeAll(budget)).toBe(3);
  });

  it('gains one retry by exactly ten calls, at a ratio of 0.1', () => {
    const { budget } = opened(0.1, 0);

    for (let call = 0; call < 9; call++) budget.recordCall();
    expect(budget.tryTake()).toBe(false);
    budget.recordCall();

    expect(takeAll(budget)).toBe(1);
  });

  it('allows a connection with one call a second all its retries', () => {
    const { environment, budget } = opened(0.1, 3);

    for (let second = 0; second < 60; second++) {
      environment.advance(1_000);
      budget.recordCall();
      expect([budget.tryTake(), budget.tryTake()]).toEqual([true, true]);
    }
  });

  it.each([
    ['ten seconds of retries', 3, 30],
    ['ten retries at least', 0.5, 10],
  ])('saves no more than %s', (_rule, perSecond, most) => {
    const { environment, budget } = opened(0.1, perSecond);

    environment.advance(86_400_000);
    for (let call = 0; call < 10_000; call++) budget.recordCall();

    expect(takeAll(budget)).toBe(most);
  });

  it.each([1, 5, 30])('holds attempts to 1.15 × calls over the first %d s of 200 failing calls a second', (seconds) => {
    const { environment, budget } = opened();
    const calls = 200 * seconds;
    let attempts = 0;

    for (let call = 0; call < calls; call++) {
      environment.advance(5);
      budget.recordCall();
      attempts += 1;
      while (attempts < 3 * calls && budget.tryTake()) attempts++;
    }

    expect(attempts / calls).toBeLessThanOrEqual(1.15);
  });

  it('is never exceeded, over any period', () => {
    const step = fc.oneof(
      fc.record({ calls: fc.nat(50) }),
      fc.record({ tries: fc.nat(50) }),
      fc.record({ elapsedMs: fc.nat(20_000) }),
    );
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const rate = fc.double({ min: 0, max: 20, noNaN: true });
    fc.assert(
      fc.property(share, rate, fc.array(step, { maxLength: 60 }), (ratio, perSecond, steps) => {
        const { environment, budget } = opened(ratio, perSecond);
        // What may still be taken, for each period by its start: the first one starts with one second of retries.
        let allowances = [perSecond];

        for (const { calls = 0, elapsedMs = 0, tries = 0 } of steps.map((each): Step => each)) {
          for (let call = 0; call < calls; call++) budget.recordCall();
          environment.advance(elapsedMs);
          const taken = Array.from({ length: tries }, () => budget.tryTake()).filter(Boolean).length;
          const earned = ratio * calls + (perSecond * elapsedMs) / 1_000;
          allowances = [...allowances, Math.max(10, 10 * perSecond)].map((allowance) => allowance + earned - taken);
          expect(Math.min(...allowances)).toBeGreaterThan(-1e-6);
        }
      }),
    );
  });
});

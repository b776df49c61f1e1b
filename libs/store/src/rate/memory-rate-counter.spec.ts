import fc from 'fast-check';
import { MemoryRateCounter } from './memory-rate-counter';
import { TokenBucket } from './token-bucket';

const time = { ms: 0, nowMs: () => time.ms };

beforeEach(() => {
  time.ms = 0;
});

/** Counts the accepted ones of `count` concurrent requests. */
function passing(counter: MemoryRateCounter, bucket: TokenBucket, times = 20): number {
  const decisions = Array.from({ length: times }, () => counter.take([{ key: 'key', bucket }]));
  return decisions.filter(({ isAllowed }) => isAllowed).length;
}

describe('limits over time', () => {
  it('accept a burst, and after that one request for each refill', () => {
    const counter = new MemoryRateCounter({ clock: time });
    const window = new TokenBucket({ limit: 60, perMs: 60_000, burst: 10 });

    const passed = [0, 999, 1_000, 4_000, 1_000_000].map((ms) => {
      time.ms = ms;
      return passing(counter, window);
    });

    expect(passed).toEqual([10, 0, 1, 3, 10]);
  });

  it('accept in any period at most the burst and the refills in it', () => {
    const perMs = 10_000;
    const small = fc.integer({ min: 1, max: 40 });

    fc.assert(
      fc.property(fc.array(fc.nat({ max: 3_000 }), { maxLength: 80 }), small, small, (pauses, limit, burst) => {
        const counter = new MemoryRateCounter({ clock: time });
        const bucket = new TokenBucket({ limit, perMs, burst });
        const passedAt = pauses.flatMap((pauseMs) => {
          time.ms += pauseMs;
          return counter.take([{ key: 'key', bucket }]).isAllowed ? [time.ms] : [];
        });

        for (const from of passedAt)
          expect(passedAt.filter((at) => at >= from && at < from + perMs).length).toBeLessThanOrEqual(limit + burst);
      }),
    );
  });

  it('accept a caller that waits for the stated time', () => {
    const counter = new MemoryRateCounter({ clock: time });
    const window = new TokenBucket({ limit: 7, perMs: 60_000, burst: 3 });
    passing(counter, window, 3);
    const { debtsMs } = counter.take([{ key: 'key', bucket: window }]);

    time.ms += window.getWaitMs(debtsMs[0] ?? 0);

    expect(passing(counter, window)).toBe(1);
  });
});

describe('the keys of limits in memory', () => {
  it('are limited in number: the least recently used are dropped', () => {
    const counter = new MemoryRateCounter({ clock: time, maxKeys: 2 });
    const bucket = new TokenBucket({ limit: 1, perMs: 60_000 });

    const passed = ['a', 'b', 'a', 'c', 'a', 'b'].map((key) => counter.take([{ key, bucket }]).isAllowed);

    expect(passed).toEqual([true, true, false, true, false, true]);
  });
});

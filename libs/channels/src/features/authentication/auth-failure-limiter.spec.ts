import { createFailure } from '@trunkline/failures';
import { MemoryRateCounter, RateCounter } from '@trunkline/store';
import { createLogger } from '@trunkline/telemetry';
import { AuthFailureLimiter, type AuthFailureLimiterOptions } from './auth-failure-limiter';

const clock = { ms: 0, nowMs: () => clock.ms };
const logger = createLogger({ level: 'silent' });

function createLimiter(options: Partial<AuthFailureLimiterOptions> = {}): AuthFailureLimiter {
  return new AuthFailureLimiter({ limit: 2, perMs: 60_000, logger, clock, ...options });
}

/** How many failures of a network, one after the other, are not too many. */
function allowed(limiter: AuthFailureLimiter, times = 5, network = 'a'): number {
  return Array.from({ length: times }, () => limiter.count(network)).filter((excess) => excess === undefined).length;
}

beforeEach(() => {
  clock.ms = 0;
});

describe('a limit of failures', () => {
  it('is reached by the last failure that it allows', () => {
    const limiter = createLimiter();

    void limiter.count('a');
    expect(limiter.isReached('a')).toBe(false);
    void limiter.count('a');

    expect([limiter.isReached('a'), limiter.isReached('b')]).toEqual([true, false]);
  });

  it('says when the next failure is allowed, and allows one then', () => {
    const limiter = createLimiter();
    allowed(limiter);

    clock.ms = 10_000;
    expect(limiter.count('a')).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', retryAfter: 20 });
    clock.ms = 30_000;

    expect(limiter.isReached('a')).toBe(false);
    expect(allowed(limiter)).toBe(1);
  });

  it('is not prolonged by those who go on', () => {
    const limiter = createLimiter();
    for (let second = 0; second < 60; second += 1) {
      clock.ms = second * 1_000;
      void limiter.count('a');
    }

    clock.ms = 60_000;
    expect(allowed(limiter)).toBe(1);
  });

  it('holds over hosts that count together', async () => {
    const shared = new MemoryRateCounter({ clock });
    const [one, other] = [createLimiter({ shared }), createLimiter({ shared })];
    await one.count('a');
    await other.count('a');

    await expect(one.count('a')).resolves.toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', retryAfter: 30 });
    expect(one.isReached('a')).toBe(true);
  });

  it('does not wait for the store to hold back what comes at the same time', () => {
    class Hanging extends RateCounter {
      override take() {
        return new Promise<never>(() => undefined);
      }
    }
    const limiter = createLimiter({ shared: new Hanging() });

    const outcomes = Array.from({ length: 4 }, () => limiter.count('a'));

    expect(outcomes.map((outcome) => outcome instanceof Promise)).toEqual([true, true, false, false]);
  });

  it('holds for each host while the store is down', async () => {
    class Down extends RateCounter {
      override take() {
        return Promise.reject(createFailure('STORE_UNAVAILABLE'));
      }
    }
    const limiter = createLimiter({ shared: new Down() });

    await expect(limiter.count('a')).resolves.toBeUndefined();
    await expect(limiter.count('a')).resolves.toBeUndefined();
    expect(limiter.count('a')).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED' });
  });

  it('keeps holding for a network that made room for 10 000 others', () => {
    const limiter = createLimiter();
    for (let network = 0; network <= 10_000; network += 1) allowed(limiter, 2, `n${network}`);

    expect(limiter.isReached('n0')).toBe(false);
    expect(allowed(limiter, 2, 'n0')).toBe(0);
  });
});

import { createFailure } from '@trunkline/failures';
import { MemoryRateCounter, RateCounter } from '@trunkline/store';
import { createLogger } from '@trunkline/telemetry';
import { AuthFailureLimiter, type AuthFailureLimiterOptions } from './auth-failure-limiter';

const clock = { ms: 0, nowMs: () => clock.ms };
const logger = createLogger({ level: 'silent' });

function createLimiter(options: Partial<AuthFailureLimiterOptions> = {}): AuthFailureLimiter {
  return new AuthFailureLimiter({ limit: 2, perMs: 60_000, logger, clock, ...options });
}

/** Counts failures of a network one after the other; returns the number that the limit allows. */
function allowed(limiter: AuthFailureLimiter, times = 5, network = 'a'): number {
  return Array.from({ length: times }, () => limiter.count(network)).filter((excess) => excess === undefined).length;
}

beforeEach(() => {
  clock.ms = 0;
});

describe('a limit of wrong credentials', () => {
  it('is reached by the last failure that it allows', () => {
    const limiter = createLimiter();

    void limiter.count('a');
    expect(limiter.isReached('a')).toBe(false);
    void limiter.count('a');

    expect([limiter.isReached('a'), limiter.isReached('b')]).toEqual([true, false]);
  });

  it('reports when the next failure is allowed, and allows one then', () => {
    const limiter = createLimiter();
    allowed(limiter);

    clock.ms = 10_000;
    expect(limiter.count('a')).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', retryAfter: 20 });
    clock.ms = 30_000;

    expect(limiter.isReached('a')).toBe(false);
    expect(allowed(limiter)).toBe(1);
  });

  it('is not extended by further failures', () => {
    const limiter = createLimiter();
    for (let second = 0; second < 60; second += 1) {
      clock.ms = second * 1_000;
      void limiter.count('a');
    }

    clock.ms = 60_000;
    expect(allowed(limiter)).toBe(1);
  });

  it('applies to hosts with a shared counter together', async () => {
    const shared = new MemoryRateCounter({ clock });
    const [one, other] = [createLimiter({ shared }), createLimiter({ shared })];
    await one.count('a');
    await other.count('a');

    await expect(one.count('a')).resolves.toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', retryAfter: 30 });
    expect(one.isReached('a')).toBe(true);
  });

  it('applies to concurrent failures before the store has responded', () => {
    class Hanging extends RateCounter {
      override take() {
        return new Promise<never>(() => undefined);
      }
    }
    const limiter = createLimiter({ shared: new Hanging() });

    const outcomes = Array.from({ length: 4 }, () => limiter.count('a'));

    expect(outcomes.map((outcome) => outcome instanceof Promise)).toEqual([true, true, false, false]);
  });

  it('applies to each host while the store is unavailable', async () => {
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

  it('still applies to a network whose block was dropped for 10 000 others', () => {
    const limiter = createLimiter();
    for (let network = 0; network <= 10_000; network += 1) allowed(limiter, 2, `n${network}`);

    expect(limiter.isReached('n0')).toBe(false);
    expect(allowed(limiter, 2, 'n0')).toBe(0);
  });
});

import { MemoryRateCounter, RateCounter, TokenBucket } from '@trunkline/store';
import { createLogger } from '@trunkline/telemetry';
import type { FastifyReply } from 'fastify';
import type { RoutedRequest, OnRequestStep } from '@trunkline/http-server';
import type { RateLimit } from './rate-limit';
import { RateLimiter } from './rate-limiter';

interface Requester {
  readonly ip: string;
  readonly caller?: { readonly name: string; readonly definition: string };
}

const logger = createLogger({ level: 'silent' });
const reply = {} as FastifyReply;

function oneOf(by: RateLimit['by']): RateLimit {
  return { policy: `per-${by}-1h`, by, bucket: new TokenBucket({ limit: 1, perMs: 3_600_000 }) };
}

/** Whether each of these requests, one after the other, passes. */
function passing(step: OnRequestStep, requesters: readonly Requester[]): boolean[] {
  return requesters.map((requester) => {
    try {
      const waiting = step({ ...requester } as RoutedRequest, reply);
      expect(waiting).toBeUndefined();
      return true;
    } catch (failure) {
      expect(failure).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', retryAfter: 3_600 });
      return false;
    }
  });
}

describe('a limit by caller', () => {
  const step = () => new RateLimiter(new MemoryRateCounter(), logger).createStep('channel', [oneOf('caller')]);
  const acme = { name: 'acme', definition: 'partners' };

  it('counts a caller over several addresses, and callers of one address separately', () => {
    const initech = { ...acme, name: 'initech' };
    const requesters = [
      { ip: '203.0.113.1', caller: acme },
      { ip: '203.0.113.2', caller: acme },
      { ip: '203.0.113.1', caller: initech },
    ];

    expect(passing(step(), requesters)).toEqual([true, false, true]);
  });

  it('counts callers of one name in different security definitions separately', () => {
    const other = { ...acme, definition: 'staff' };

    expect(
      passing(
        step(),
        [acme, other].map((caller) => ({ ip: '203.0.113.1', caller })),
      ),
    ).toEqual([true, true]);
  });

  it('counts by address without an authenticated caller', () => {
    const requesters = ['203.0.113.1', '203.0.113.1', '203.0.113.2'].map((ip) => ({ ip }));

    expect(passing(step(), requesters)).toEqual([true, false, true]);
  });
});

describe('the keys of counters', () => {
  it('are short for long names of callers, and differ for different names', () => {
    const keys: string[] = [];
    class Recorder extends RateCounter {
      override take(claims: readonly { readonly key: string }[]) {
        keys.push(...claims.map(({ key }) => key));
        return { isAllowed: true, debtsMs: claims.map(() => 0) };
      }
    }
    const step = new RateLimiter(new Recorder(), logger).createStep('channel', [oneOf('caller')]);
    const names = ['a', 'b'].map((letter) => letter.repeat(10_000));

    passing(
      step,
      names.map((name) => ({ ip: '203.0.113.1', caller: { name, definition: 'staff' } })),
    );

    expect(Math.max(...keys.map(({ length }) => length))).toBeLessThan(100);
    expect(new Set(keys).size).toBe(2);
  });
});

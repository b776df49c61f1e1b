import * as fc from 'fast-check';
import { DEFAULT_POLICY_OPTIONS } from '../pipeline';
import { RecordingEnvironment } from '../recording-environment.fixture';
import { Retry } from './retry';
import { RetryBudget } from './retry-budget';
import type { AttemptFailure } from './retry-decision';

const FAILURE: AttemptFailure = {
  attempt: 1,
  isRetryable: true,
  retryAfterMs: undefined,
  remainingMs: 10_000,
  expectedLatencyMs: 100,
};
const opened = ({ chance = 0.5, budget = DEFAULT_POLICY_OPTIONS.retryBudget } = {}) => {
  const environment = new RecordingEnvironment(() => chance);
  const retryBudget = new RetryBudget(budget, environment.clock);
  return { environment, budget: retryBudget, retry: new Retry(DEFAULT_POLICY_OPTIONS.retry, retryBudget, environment) };
};

describe('a retry', () => {
  it('follows after a jittered backoff', () => {
    const { retry, environment } = opened();

    expect(retry.decide(FAILURE)).toEqual({ retry: true, delayMs: 25 });
    expect(retry.decide({ ...FAILURE, attempt: 2 })).toEqual({ retry: true, delayMs: 50 });
    expect(environment.events).toEqual([
      { type: 'retry', name: 'CRM', attempt: 2, delayMs: 25 },
      { type: 'retry', name: 'CRM', attempt: 3, delayMs: 50 },
    ]);
  });

  it('is not made of a call that must not be repeated, and emits no event then', () => {
    const { retry, environment } = opened();

    expect(retry.decide({ ...FAILURE, isRetryable: false })).toEqual({ retry: false, reason: 'notRetryable' });
    expect(environment.events).toEqual([]);
  });

  it('is not made after the last attempt', () => {
    const { retry, environment } = opened();

    expect(retry.decide({ ...FAILURE, attempt: 3 })).toEqual({ retry: false, reason: 'attemptsUsed' });
    expect(environment.events).toEqual([{ type: 'retryRejected', name: 'CRM', attempt: 4, reason: 'attemptsUsed' }]);
  });

  it('is not made without budget', () => {
    const { retry, environment } = opened({ budget: { ratio: 0.1, perSecond: 0 } });

    expect(retry.decide(FAILURE)).toEqual({ retry: false, reason: 'budget' });
    expect(environment.events).toEqual([{ type: 'retryRejected', name: 'CRM', attempt: 2, reason: 'budget' }]);
  });

  it('needs time for its delay and the usual latency', () => {
    const { retry, environment } = opened();

    expect(retry.decide({ ...FAILURE, remainingMs: 125 })).toMatchObject({ retry: true });
    expect(retry.decide({ ...FAILURE, remainingMs: 124 })).toEqual({ retry: false, reason: 'deadline' });
    expect(environment.events.at(-1)).toEqual({
      type: 'deadlineSkipped',
      name: 'CRM',
      neededMs: 125,
      remainingMs: 124,
    });
  });

  it('waits for as long as the upstream requests, plus jitter', () => {
    const { retry } = opened();

    expect(retry.decide({ ...FAILURE, retryAfterMs: 1_000 })).toEqual({ retry: true, delayMs: 1_025 });
  });

  it('is not made when the upstream requests a longer wait than is left', () => {
    const { retry, environment } = opened();

    const decision = retry.decide({ ...FAILURE, retryAfterMs: 9_901 });

    expect(decision).toEqual({ retry: false, reason: 'retryAfterTooLong' });
    expect(environment.events).toMatchObject([{ type: 'retryRejected', reason: 'retryAfterTooLong' }]);
  });

  it.each([
    ['attempts', { attempt: 3 }],
    ['the failure', { isRetryable: false }],
    ['the deadline', { remainingMs: 0 }],
    ['the upstream', { retryAfterMs: 60_000 }],
  ])('costs no budget when it is rejected because of %s', (_reason, facts) => {
    const { retry, budget } = opened({ budget: { ratio: 1, perSecond: 0 } });
    budget.recordCall();

    retry.decide({ ...FAILURE, ...facts });

    expect(budget.tryTake()).toBe(true);
  });

  it('never starts too early, too late, too often or without budget', () => {
    const chances = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const failure = fc.record({
      attempt: fc.integer({ min: 1, max: 5 }),
      isRetryable: fc.boolean(),
      retryAfterMs: fc.option(fc.nat(20_000), { nil: undefined }),
      remainingMs: fc.nat(15_000),
      expectedLatencyMs: fc.nat(5_000),
    });
    fc.assert(
      fc.property(chances, fc.array(failure, { maxLength: 40 }), (chance, failures) => {
        const { retry, environment } = opened({ chance });
        let retries = 0;
        for (const each of failures) {
          const decision = retry.decide(each);
          if (!decision.retry) continue;
          retries++;
          expect(each.isRetryable && each.attempt < 3).toBe(true);
          expect(decision.delayMs).toBeGreaterThanOrEqual(each.retryAfterMs ?? 0);
          expect(decision.delayMs).toBeLessThanOrEqual((each.retryAfterMs ?? 0) + 50 * 2 ** (each.attempt - 1));
          expect(decision.delayMs + each.expectedLatencyMs).toBeLessThanOrEqual(each.remainingMs);
        }
        expect(retries).toBeLessThanOrEqual(3);
        expect(environment.events.filter(({ type }) => type === 'retry')).toHaveLength(retries);
      }),
    );
  });
});

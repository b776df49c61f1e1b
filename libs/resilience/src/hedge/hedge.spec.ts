import { CancelScope, Deadline } from '@trunkline/time';
import type { CallScope } from '../call-scope';
import { CountingScope } from '../counting-scope.fixture';
import { LatencyEstimate } from '../latency-estimate';
import { RecordingEnvironment } from '../recording-environment.fixture';
import { RetryBudget } from '../retry/retry-budget';
import { Hedge } from './hedge';
import type { HedgedAttempt } from './hedged-attempt';

class ScriptedAttempt implements HedgedAttempt<string> {
  readonly outcome: Promise<string>;
  isCancelled = false;
  #succeed: (result: string) => void = () => undefined;
  #fail: (failure: Error) => void = () => undefined;

  constructor() {
    this.outcome = new Promise((resolve, reject) => {
      this.#succeed = resolve;
      this.#fail = reject;
    });
  }

  succeed(result: string): void {
    this.#succeed(result);
  }

  fail(message: string): void {
    this.#fail(new Error(message));
  }

  cancel(): void {
    this.isCancelled = true;
    this.fail('cancelled');
  }
}

const P95_MS = 100;
interface Given {
  readonly max?: number;
  readonly samples?: number;
  readonly perSecond?: number;
  readonly deadlineMs?: number;
  readonly scope?: CallScope;
}

const hedged = ({ max = 1, samples = 20, perSecond = 3, deadlineMs = 60_000, ...given }: Given = {}) => {
  const scope = given.scope ?? new CountingScope(Deadline.in(deadlineMs));
  const environment = new RecordingEnvironment();
  const latency = new LatencyEstimate();
  for (let sample = 0; sample < samples; sample++) latency.add(P95_MS);
  const budget = new RetryBudget({ ratio: 0, perSecond }, environment.clock);
  const attempts: ScriptedAttempt[] = [];
  const begin = () => {
    const attempt = new ScriptedAttempt();
    attempts.push(attempt);
    return attempt;
  };
  const outcome = new Hedge({ max }, { latency, budget }, environment).run(begin, scope);
  return { environment, budget, attempts, outcome };
};

describe('a hedge', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('starts no second attempt while the first takes its usual time', async () => {
    const { attempts, outcome } = hedged();

    jest.advanceTimersByTime(P95_MS - 1);
    attempts[0]?.succeed('first');

    expect(await outcome).toBe('first');
    expect(attempts).toHaveLength(1);
  });

  it('starts another attempt when the first takes longer than 95 of 100', () => {
    const { attempts, environment } = hedged();

    jest.advanceTimersByTime(P95_MS);

    expect(attempts).toHaveLength(2);
    expect(environment.events).toEqual([{ type: 'hedged', name: 'CRM', extra: 1, afterMs: P95_MS }]);
  });

  it.each([
    ['first', 0, 1],
    ['second', 1, 0],
  ])('uses the %s attempt if that succeeds first, and cancels the other', async (name, winner, loser) => {
    const { attempts, outcome } = hedged();
    jest.advanceTimersByTime(P95_MS);

    attempts[winner]?.succeed(name);

    expect(await outcome).toBe(name);
    expect(attempts[loser]?.isCancelled).toBe(true);
    expect(attempts[winner]?.isCancelled).toBe(false);
  });

  it('is no retry: an attempt that fails in its usual time has failed', async () => {
    const { attempts, outcome } = hedged();

    attempts[0]?.fail('refused');

    await expect(outcome).rejects.toThrow('refused');
    jest.advanceTimersByTime(10_000);
    expect(attempts).toHaveLength(1);
  });

  it('waits for the second attempt when the first fails', async () => {
    const { attempts, outcome } = hedged();
    jest.advanceTimersByTime(P95_MS);

    attempts[0]?.fail('reset');
    attempts[1]?.succeed('second');

    expect(await outcome).toBe('second');
  });

  it('fails with the first failure when all attempts fail', async () => {
    const { attempts, outcome } = hedged();
    jest.advanceTimersByTime(P95_MS);

    attempts[1]?.fail('refused');
    attempts[0]?.fail('reset');

    await expect(outcome).rejects.toThrow('refused');
  });

  it('starts no more extra attempts than configured', () => {
    const { attempts, environment } = hedged({ max: 2 });

    jest.advanceTimersByTime(10 * P95_MS);

    expect(attempts).toHaveLength(3);
    expect(environment.events).toMatchObject([{ extra: 1 }, { extra: 2 }]);
  });

  it('takes each extra attempt out of the retry budget', () => {
    const { attempts, budget } = hedged({ max: 5, perSecond: 3 });

    jest.advanceTimersByTime(10 * P95_MS);

    expect(attempts).toHaveLength(4);
    expect(budget.tryTake()).toBe(false);
  });

  it('costs no budget beyond the extra attempts it starts', () => {
    const { budget } = hedged({ max: 1, perSecond: 3 });

    jest.advanceTimersByTime(10 * P95_MS);

    expect([budget.tryTake(), budget.tryTake(), budget.tryTake()]).toEqual([true, true, false]);
  });

  it.each([
    ['enough latencies are known', { samples: 19 }],
    ['the deadline leaves time for it', { deadlineMs: P95_MS }],
  ])('does not start before %s', (_rule, given) => {
    const { attempts } = hedged(given);

    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(10 * P95_MS);
    expect(attempts).toHaveLength(1);
  });

  it('starts nothing once the call is cancelled', async () => {
    const scope = new CancelScope(Deadline.in(60_000), () => new Error('expired'));
    const { attempts, outcome } = hedged({ scope });

    scope.cancel(new Error('the client left'));
    jest.advanceTimersByTime(10 * P95_MS);
    attempts[0]?.fail('the client left');

    await expect(outcome).rejects.toThrow('the client left');
    expect(attempts).toHaveLength(1);
  });

  it('keeps neither timer nor listener once the call has its result', async () => {
    const scope = new CountingScope();
    const { attempts, outcome } = hedged({ scope, max: 2 });
    jest.advanceTimersByTime(P95_MS);
    expect([scope.listeners.size, jest.getTimerCount()]).toEqual([1, 1]);

    attempts[1]?.succeed('second');
    await outcome;

    expect([scope.listeners.size, jest.getTimerCount()]).toEqual([0, 0]);
  });
});

import { DEFAULT_POLICY_OPTIONS } from '../pipeline';
import { RecordingEnvironment } from '../recording-environment.fixture';
import type { BreakerOutcome, BreakerPermit } from './breaker-decision';
import { CircuitBreaker, type CircuitBreakerOptions } from './circuit-breaker';

const opened = ({
  random = () => 0.5,
  ...options
}: Partial<CircuitBreakerOptions> & { random?: () => number } = {}) => {
  const environment = new RecordingEnvironment(random);
  const breaker = new CircuitBreaker({ ...DEFAULT_POLICY_OPTIONS.circuitBreaker, ...options }, environment);
  return { environment, breaker };
};
const enter = (breaker: CircuitBreaker): BreakerPermit => {
  const entry = breaker.tryAcquire();
  if (!entry.isAllowed) throw new Error(`refused for ${entry.retryAfterMs} ms`);
  return entry;
};
const call = (breaker: CircuitBreaker, outcome: BreakerOutcome, times = 1) => {
  for (let time = 0; time < times; time++) breaker.record(enter(breaker), outcome);
};

describe('a circuit breaker', () => {
  it('opens after five failures in a row', () => {
    const { breaker, environment } = opened();

    call(breaker, 'failure', 4);
    expect(breaker.state).toBe('closed');
    call(breaker, 'failure');

    expect(breaker.state).toBe('open');
    expect(environment.events).toEqual([
      { type: 'breakerOpened', name: 'CRM', cause: 'consecutive', calls: 5, failures: 5, openForMs: 5_000 },
    ]);
  });

  it('ignores failures that are not consecutive', () => {
    const { breaker } = opened({ ratio: 1 });

    for (let round = 0; round < 10; round++) {
      call(breaker, 'failure', 4);
      call(breaker, 'success');
    }

    expect(breaker.state).toBe('closed');
  });

  it('opens when half of at least twenty calls within ten seconds have failed', () => {
    const { breaker, environment } = opened();

    for (let round = 0; round < 9; round++) {
      call(breaker, 'success');
      call(breaker, 'failure');
    }
    call(breaker, 'success');
    expect(breaker.state).toBe('closed');
    call(breaker, 'failure');

    expect(environment.events).toMatchObject([{ cause: 'ratio', calls: 20, failures: 10 }]);
  });

  it('stays closed at a smaller share of failures', () => {
    const { breaker } = opened();

    for (let round = 0; round < 1_000; round++) {
      call(breaker, 'success', 5);
      call(breaker, 'failure', 4);
    }

    expect(breaker.state).toBe('closed');
  });

  it('counts neither rejections nor cancellations', () => {
    const { breaker } = opened();

    call(breaker, 'failure', 4);
    call(breaker, 'rejected', 10_000);
    call(breaker, 'cancelled', 10_000);
    expect(breaker.state).toBe('closed');
    call(breaker, 'failure');

    expect(breaker.state).toBe('open');
  });

  it('reports the time until the next probe while it is open', () => {
    const { breaker, environment } = opened();
    call(breaker, 'failure', 5);

    environment.advance(1_500);

    expect(breaker.tryAcquire()).toEqual({ isAllowed: false, retryAfterMs: 3_500 });
  });

  it('admits one probe when its time has come, and no other call', () => {
    const { breaker, environment } = opened();
    call(breaker, 'failure', 5);
    environment.advance(5_000);

    expect(breaker.tryAcquire()).toEqual({ isAllowed: true });
    expect(breaker.state).toBe('halfOpen');
    environment.advance(60_000);
    expect(breaker.tryAcquire()).toEqual({ isAllowed: false, retryAfterMs: 0 });
  });

  it.each(['success', 'rejected'] as const)('closes when the probe ends in %s', (outcome) => {
    const { breaker, environment } = opened();
    call(breaker, 'failure', 5);
    environment.advance(5_000);

    call(breaker, outcome);
    call(breaker, 'failure', 4);

    expect(breaker.state).toBe('closed');
    expect(environment.events.at(-1)).toEqual({ type: 'breakerClosed', name: 'CRM', outageMs: 5_000 });
  });

  it('is open twice as long after each probe that fails, up to a minute', () => {
    const { breaker, environment } = opened();
    call(breaker, 'failure', 5);

    for (const openForMs of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
      expect(environment.events.at(-1)).toMatchObject({ type: 'breakerOpened', openForMs });
      environment.advance(openForMs - 1);
      expect(breaker.tryAcquire()).toEqual({ isAllowed: false, retryAfterMs: 1 });
      environment.advance(1);
      call(breaker, 'failure');
    }
  });

  it('drops the failures from before it opened once it has closed', () => {
    const { breaker, environment } = opened({ openForMs: 1_000 });
    for (let round = 0; round < 3; round++) {
      call(breaker, 'failure', 4);
      call(breaker, 'success');
    }
    call(breaker, 'failure', 5);
    environment.advance(1_000);
    call(breaker, 'success');

    call(breaker, 'failure', 4);

    expect(breaker.state).toBe('closed');
  });

  it('reports the duration of the outage, over all probes', () => {
    const { breaker, environment } = opened();
    call(breaker, 'failure', 5);
    environment.advance(5_000);
    call(breaker, 'failure');
    environment.advance(10_000);

    call(breaker, 'success');

    expect(environment.events.at(-1)).toMatchObject({ type: 'breakerClosed', outageMs: 15_000 });
  });

  it('starts with the first duration again once it has closed', () => {
    const { breaker, environment } = opened();
    call(breaker, 'failure', 5);
    environment.advance(5_000);
    call(breaker, 'failure');
    environment.advance(10_000);
    call(breaker, 'success');

    call(breaker, 'failure', 5);

    expect(environment.events.at(-1)).toMatchObject({ cause: 'consecutive', openForMs: 5_000 });
  });

  it.each([
    ['a fifth shorter', 0, 4_000],
    ['nearly a fifth longer', 0.999, 5_998],
  ])('is open up to %s, by its jitter', (_rule, chance, openForMs) => {
    const { breaker, environment } = opened({ random: () => chance });

    call(breaker, 'failure', 5);

    expect(environment.events).toEqual([expect.objectContaining({ openForMs })]);
  });

  it('neither closes nor opens by a cancelled probe, and admits the next call as the probe', () => {
    const { breaker, environment } = opened();
    call(breaker, 'failure', 5);
    environment.advance(5_000);

    call(breaker, 'cancelled');

    expect(breaker.state).toBe('open');
    expect(environment.events).toHaveLength(1);
    expect(breaker.tryAcquire()).toEqual({ isAllowed: true });
  });

  it('ignores calls that started before it opened', () => {
    const { breaker, environment } = opened();
    const early = Array.from({ length: 30 }, () => enter(breaker));
    call(breaker, 'failure', 5);

    early.slice(0, 10).forEach((pass) => breaker.record(pass, 'success'));
    expect(breaker.state).toBe('open');
    environment.advance(5_000);
    const probe = enter(breaker);
    early.slice(10, 20).forEach((pass) => breaker.record(pass, 'success'));
    expect(breaker.state).toBe('halfOpen');
    breaker.record(probe, 'success');
    early.slice(20).forEach((pass) => breaker.record(pass, 'failure'));

    expect(breaker.state).toBe('closed');
  });

  it('records the outcome of a probe once', () => {
    const { breaker, environment } = opened();
    call(breaker, 'failure', 5);
    environment.advance(5_000);
    const probe = enter(breaker);

    breaker.record(probe, 'failure');
    breaker.record(probe, 'success');

    expect(breaker.state).toBe('open');
  });
});

import * as fc from 'fast-check';
import { RecordingEnvironment } from '../recording-environment.fixture';
import type { BreakerOutcome, BreakerPermit } from './breaker-decision';
import { type BreakerState, CircuitBreaker, type CircuitBreakerOptions } from './circuit-breaker';

/** A second implementation of the rules, with lists in place of counters and times in place of states. */
class ReferenceBreaker {
  state: BreakerState = 'closed';
  probeAtMs = 0;
  openForMs = 0;
  /** Grows by one whenever calls that started earlier no longer count. */
  stretch = 0;
  #failedProbes = 0;
  #calls: { readonly atMs: number; readonly hasFailed: boolean }[] = [];

  constructor(
    private readonly options: CircuitBreakerOptions,
    private readonly chance: number,
  ) {}

  enter(nowMs: number): boolean {
    if (this.state === 'closed') return true;
    if (this.state === 'halfOpen' || nowMs < this.probeAtMs) return false;
    this.#move('halfOpen');
    return true;
  }

  record(stretch: number, outcome: BreakerOutcome, nowMs: number): void {
    if (stretch !== this.stretch) return;
    if (this.state === 'halfOpen') this.#recordProbe(outcome, nowMs);
    else if (outcome === 'success' || outcome === 'failure') this.#recordCall(outcome === 'failure', nowMs);
  }

  #recordProbe(outcome: BreakerOutcome, nowMs: number): void {
    if (outcome === 'cancelled') {
      this.#move('open');
      this.probeAtMs = nowMs;
    } else if (outcome === 'failure') {
      this.#failedProbes++;
      this.#open(nowMs);
    } else {
      this.#failedProbes = 0;
      this.openForMs = 0;
      this.#calls = [];
      this.#move('closed');
    }
  }

  #recordCall(hasFailed: boolean, nowMs: number): void {
    this.#calls.push({ atMs: nowMs, hasFailed });
    const { consecutive, ratio, minimum, windowMs } = this.options;
    const bucketOf = (ms: number) => Math.floor(ms / (windowMs / 10));
    const last = this.#calls.slice(-consecutive);
    const recent = this.#calls.filter(({ atMs }) => bucketOf(nowMs) - bucketOf(atMs) < 10);
    const failures = recent.filter((each) => each.hasFailed).length;
    const isRow = last.length === consecutive && last.every((each) => each.hasFailed);
    const isShare = recent.length >= minimum && failures >= ratio * recent.length;
    if (hasFailed && (isRow || isShare)) this.#open(nowMs);
  }

  #open(nowMs: number): void {
    const { openForMs, maxOpenForMs } = this.options;
    let nominalMs = openForMs;
    for (let probe = 0; probe < this.#failedProbes; probe++) nominalMs = Math.min(maxOpenForMs, 2 * nominalMs);
    const jitteredMs = nominalMs * (0.8 + 0.4 * this.chance);
    this.openForMs = Math.max(this.openForMs, Math.min(maxOpenForMs, jitteredMs));
    this.probeAtMs = nowMs + this.openForMs;
    this.#move('open');
  }

  #move(state: BreakerState): void {
    this.state = state;
    this.stretch++;
  }
}

const outcomes: BreakerOutcome[] = ['success', 'failure', 'failure', 'rejected', 'cancelled'];
const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ type: 'enter' as const }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('record' as const),
      index: fc.nat(30),
      outcome: fc.constantFrom(...outcomes),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.oneof(fc.nat(500), fc.nat(20_000)) }),
  },
);
const options = fc.record({
  consecutive: fc.integer({ min: 1, max: 6 }),
  ratio: fc.constantFrom(0.1, 0.5, 1),
  minimum: fc.integer({ min: 1, max: 8 }),
  windowMs: fc.constantFrom(1_000, 10_000),
  openForMs: fc.constantFrom(1_000, 5_000),
  maxOpenForMs: fc.constantFrom(5_000, 60_000),
});
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('a circuit breaker under random events', () => {
  it('is in the state that the rules require, with at most one running probe', () => {
    fc.assert(
      fc.property(options, chance, fc.array(step, { maxLength: 150 }), (rules, random, steps) => {
        const environment = new RecordingEnvironment(() => random);
        const breaker = new CircuitBreaker(rules, environment);
        const reference = new ReferenceBreaker(rules, random);
        const underWay: { readonly pass: BreakerPermit; readonly stretch: number; readonly isProbe: boolean }[] = [];
        const nowMs = () => environment.clock.nowMs();

        for (const each of steps) {
          if (each.type === 'wait') environment.advance(each.ms);
          if (each.type === 'enter') {
            const entry = breaker.tryAcquire();
            expect(entry.isAllowed).toBe(reference.enter(nowMs()));
            const { stretch, state } = reference;
            if (entry.isAllowed) underWay.push({ pass: entry, stretch, isProbe: state === 'halfOpen' });
            else expect(entry.retryAfterMs).toBe(state === 'halfOpen' ? 0 : reference.probeAtMs - nowMs());
          }
          if (each.type === 'record') {
            const [ended] = underWay.splice(each.index % Math.max(1, underWay.length), 1);
            if (ended) breaker.record(ended.pass, each.outcome);
            if (ended) reference.record(ended.stretch, each.outcome, nowMs());
          }
          expect(breaker.state).toBe(reference.state);
          expect(underWay.filter(({ isProbe }) => isProbe).length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is never open for less time than before within one outage, and never for more than the bound', () => {
    fc.assert(
      fc.property(options, fc.array(chance, { minLength: 12, maxLength: 12 }), (rules, chances) => {
        const environment = new RecordingEnvironment(() => chances.pop() ?? 0);
        const breaker = new CircuitBreaker({ ...rules, consecutive: 1 }, environment);
        let lastMs = 0;

        for (let probe = 0; probe < 12; probe++) {
          const entry = breaker.tryAcquire();
          if (entry.isAllowed) breaker.record(entry, 'failure');
          const opening = environment.events.at(-1);
          const openForMs = opening?.type === 'breakerOpened' ? opening.openForMs : Number.NaN;
          expect(openForMs).toBeGreaterThanOrEqual(lastMs);
          expect(openForMs).toBeLessThanOrEqual(rules.maxOpenForMs);
          lastMs = openForMs;
          environment.advance(openForMs);
        }
      }),
    );
  });
});

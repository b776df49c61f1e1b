import { CancelScope, Deadline } from '@trunkline/time';
import * as fc from 'fast-check';
import { RecordingEnvironment } from '../recording-environment.fixture';
import { Bulkhead, type BulkheadOptions } from './bulkhead';
import type { BulkheadDecision } from './bulkhead-decision';
import type { BulkheadPermit } from './bulkhead-permit';

const rules = fc.record({
  concurrent: fc.integer({ min: 1, max: 4 }),
  queue: fc.nat(4),
  queueTimeoutMs: fc.integer({ min: 1, max: 500 }),
});
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('enter' as const), deadlineMs: fc.integer({ min: 1, max: 800 }) }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('release' as const), index: fc.nat(10) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('cancel' as const), index: fc.nat(10) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 300 }) }) },
);

/** Calls of a bulkhead, and their outcomes. */
class Crowd {
  readonly bulkhead: Bulkhead;
  /** In order of arrival. */
  readonly waiting: number[] = [];
  readonly admitted = new Map<number, BulkheadPermit>();
  /** Those that were admitted before an older one. */
  readonly overtakers: number[] = [];
  #calls = 0;
  readonly #scopes = new Map<number, CancelScope>();

  constructor(private readonly options: BulkheadOptions) {
    this.bulkhead = new Bulkhead(options, new RecordingEnvironment());
  }

  enter(deadlineMs: number): void {
    const call = this.#calls++;
    const scope = new CancelScope(Deadline.in(deadlineMs), () => new Error('expired'));
    const wasFree = this.admitted.size < this.options.concurrent;
    const entry = this.bulkhead.acquire(scope);
    expect(entry instanceof Promise).toBe(!wasFree && this.waiting.length < this.options.queue);
    if (!(entry instanceof Promise)) return this.#settle(call, entry);
    this.waiting.push(call);
    this.#scopes.set(call, scope);
    void entry.then((outcome) => this.#settle(call, outcome));
  }

  release(index: number): void {
    const [call, permit] = [...this.admitted][index % Math.max(1, this.admitted.size)] ?? [];
    if (call === undefined) return;
    this.admitted.delete(call);
    permit?.release();
    permit?.release();
  }

  cancel(index: number): void {
    const call = this.waiting[index % Math.max(1, this.waiting.length)];
    if (call !== undefined) this.#scopes.get(call)?.cancel(new Error('the client left'));
  }

  #settle(call: number, entry: BulkheadDecision): void {
    if (entry.isAllowed) this.admitted.set(call, entry);
    this.#scopes.get(call)?.close();
    const place = this.waiting.indexOf(call);
    if (entry.isAllowed && place > 0) this.overtakers.push(call);
    if (place >= 0) this.waiting.splice(place, 1);
  }
}

/** Long enough for all listeners to have run. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}

describe('a bulkhead under random events', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('keeps its limits, admits in order and loses no permit', async () => {
    await fc.assert(
      fc.asyncProperty(rules, fc.array(step, { maxLength: 60 }), async (options, steps) => {
        const crowd = new Crowd(options);

        for (const each of steps) {
          if (each.type === 'enter') crowd.enter(each.deadlineMs);
          if (each.type === 'release') crowd.release(each.index);
          if (each.type === 'cancel') crowd.cancel(each.index);
          if (each.type === 'wait') jest.advanceTimersByTime(each.ms);
          await settled();
          expect(crowd.bulkhead.inUse).toBe(crowd.admitted.size);
          expect(crowd.bulkhead.inUse).toBeLessThanOrEqual(options.concurrent);
          expect(crowd.bulkhead.waiting).toBe(crowd.waiting.length);
          expect(crowd.overtakers).toEqual([]);
          expect(crowd.waiting.length === 0 || crowd.bulkhead.inUse === options.concurrent).toBe(true);
        }

        jest.advanceTimersByTime(options.queueTimeoutMs);
        await settled();
        expect(crowd.bulkhead.waiting).toBe(0);
        while (crowd.admitted.size > 0) crowd.release(0);
        expect(crowd.bulkhead.inUse).toBe(0);
        await jest.advanceTimersByTimeAsync(100);
        expect(jest.getTimerCount()).toBe(0);
      }),
    );
  });
});

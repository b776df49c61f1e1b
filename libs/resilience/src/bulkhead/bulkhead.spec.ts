import { CancelScope, Deadline } from '@trunkline/time';
import { CountingScope } from '../counting-scope.fixture';
import { DEFAULT_POLICY_OPTIONS } from '../pipeline';
import { RecordingEnvironment } from '../recording-environment.fixture';
import { Bulkhead, type BulkheadOptions } from './bulkhead';
import type { BulkheadDecision } from './bulkhead-decision';
import { BulkheadPermit } from './bulkhead-permit';

const scopes: CancelScope[] = [];
const createScope = (ms = 60_000) => {
  const scope = new CancelScope(Deadline.in(ms), () => new Error('expired'));
  scopes.push(scope);
  return scope;
};
const opened = (options: Partial<BulkheadOptions> = {}) => {
  const environment = new RecordingEnvironment();
  const bulkhead = new Bulkhead({ concurrent: 1, queue: 2, queueTimeoutMs: 500, ...options }, environment);
  return { environment, bulkhead };
};
const occupy = (bulkhead: Bulkhead): BulkheadPermit => {
  const entry = bulkhead.acquire(createScope());
  if (!(entry instanceof BulkheadPermit)) throw new Error('no place is free');
  return entry;
};
const release = (entry: BulkheadDecision) => {
  if (entry.isAllowed) entry.release();
};

describe('a bulkhead', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    for (const scope of scopes.splice(0)) scope.close();
    jest.advanceTimersByTime(100);
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('admits without a promise while a permit is free', () => {
    const { bulkhead } = opened({ concurrent: 2 });

    expect(occupy(bulkhead).isAllowed).toBe(true);
    expect(occupy(bulkhead).isAllowed).toBe(true);
    expect(bulkhead.inUse).toBe(2);
  });

  it('admits queued attempts in order of arrival', async () => {
    const { bulkhead } = opened();
    const first = occupy(bulkhead);
    const order: string[] = [];
    const waiting = ['second', 'third'].map(async (name) => {
      const entry = await bulkhead.acquire(createScope());
      order.push(name);
      release(entry);
    });

    first.release();
    await Promise.all(waiting);

    expect(order).toEqual(['second', 'third']);
    expect(bulkhead.inUse).toBe(0);
  });

  it('passes a released permit to a queued attempt, not to a newer one', async () => {
    const { bulkhead } = opened();
    const first = occupy(bulkhead);
    const waiting = bulkhead.acquire(createScope());

    first.release();
    const newcomer = bulkhead.acquire(createScope());

    expect(newcomer).toBeInstanceOf(Promise);
    release(await waiting);
    release(await newcomer);
  });

  it('has 64 permits and a queue of 64 by default', () => {
    const { bulkhead } = opened(DEFAULT_POLICY_OPTIONS.bulkhead);

    const entries = Array.from({ length: 130 }, () => bulkhead.acquire(createScope()));

    expect(bulkhead).toMatchObject({ inUse: 64, waiting: 64 });
    expect(entries.slice(128)).toEqual(Array.from({ length: 2 }, () => ({ isAllowed: false, reason: 'full' })));
    jest.advanceTimersByTime(500);
    expect(bulkhead).toMatchObject({ inUse: 64, waiting: 0 });
  });

  it('rejects at once when the queue is full', () => {
    const { bulkhead, environment } = opened({ queue: 0 });
    occupy(bulkhead);

    expect(bulkhead.acquire(createScope())).toEqual({ isAllowed: false, reason: 'full' });
    expect(environment.events).toEqual([
      { type: 'bulkheadRejected', name: 'CRM', reason: 'full', inUse: 1, waiting: 0 },
    ]);
  });

  it('rejects an attempt after the queue timeout', async () => {
    const { bulkhead, environment } = opened();
    occupy(bulkhead);
    const waiting = bulkhead.acquire(createScope());

    jest.advanceTimersByTime(499);
    expect(bulkhead.waiting).toBe(1);
    jest.advanceTimersByTime(1);

    expect(await waiting).toEqual({ isAllowed: false, reason: 'queueTimeout' });
    expect(environment.events).toEqual([
      { type: 'bulkheadRejected', name: 'CRM', reason: 'queueTimeout', inUse: 1, waiting: 0 },
    ]);
  });

  it('queues no attempt beyond the deadline, even if the call is not cancelled by it', async () => {
    const { bulkhead, environment } = opened();
    occupy(bulkhead);
    const waiting = bulkhead.acquire(new CountingScope(Deadline.in(100)));

    jest.advanceTimersByTime(100);

    expect(await waiting).toEqual({ isAllowed: false, reason: 'deadline' });
    expect(environment.events).toEqual([{ type: 'deadlineSkipped', name: 'CRM', neededMs: 0, remainingMs: 0 }]);
  });

  it('reports the deadline when the call was cancelled by its deadline', async () => {
    const { bulkhead } = opened({ queueTimeoutMs: 60_000 });
    occupy(bulkhead);
    const waiting = bulkhead.acquire(createScope(100));

    jest.advanceTimersByTime(101);

    expect(await waiting).toEqual({ isAllowed: false, reason: 'deadline' });
  });

  it('removes a cancelled attempt from the queue at once, without an event', async () => {
    const { bulkhead, environment } = opened();
    const first = occupy(bulkhead);
    const scope = createScope();
    const leaving = bulkhead.acquire(scope);
    const staying = bulkhead.acquire(createScope());

    scope.cancel(new Error('the client left'));
    expect(bulkhead.waiting).toBe(1);
    first.release();

    expect(await leaving).toEqual({ isAllowed: false, reason: 'cancelled' });
    expect(await staying).toMatchObject({ isAllowed: true });
    expect(environment.events).toEqual([]);
  });

  it('does not admit a call that is cancelled already', () => {
    const { bulkhead } = opened();
    const scope = createScope();
    scope.cancel(new Error('the client left'));

    expect(bulkhead.acquire(scope)).toEqual({ isAllowed: false, reason: 'cancelled' });
    expect(bulkhead.inUse).toBe(0);
  });

  it('frees one permit only, however often it is released', () => {
    const { bulkhead } = opened({ concurrent: 2 });
    const first = occupy(bulkhead);
    occupy(bulkhead);

    first.release();
    first.release();

    expect(bulkhead.inUse).toBe(1);
  });

  it('keeps no listener of attempts that are no longer queued', async () => {
    const { bulkhead } = opened();
    const first = occupy(bulkhead);
    const scope = new CountingScope();
    const [admitted, refused] = [bulkhead.acquire(scope), bulkhead.acquire(scope)];
    expect(scope.listeners.size).toBe(2);

    first.release();
    jest.advanceTimersByTime(500);
    await Promise.all([admitted, refused]);

    expect(scope.listeners.size).toBe(0);
  });

  it('emits no event for a call that is admitted while it is cancelled', async () => {
    const { bulkhead, environment } = opened();
    const scope = createScope();
    const first = occupy(bulkhead);
    scope.onCancel(() => first.release());
    const waiting = bulkhead.acquire(scope);

    scope.cancel(new Error('the client left'));

    expect(await waiting).toMatchObject({ isAllowed: true });
    expect(bulkhead.inUse).toBe(1);
    expect(environment.events).toEqual([]);
  });
});

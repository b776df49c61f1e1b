import { CancelledError, DeadlineExceededError } from '@trunkline/failures';
import { type RateClaim, RateCounter, type RateDecision } from '@trunkline/store';
import { createJsonResponse, RecordingLogger, ScriptedUpstream } from '@trunkline/testing';
import { CancelScope, Deadline, systemClock } from '@trunkline/time';
import { catchRejection, TestBus } from '../../test-bus.fixture';
import { StoreCallCounter } from './store-call-counter';

let upstream: ScriptedUpstream;
let bus: TestBus;
let servedAtMs: number[];

async function start(settings: object): Promise<void> {
  servedAtMs = [];
  upstream = await ScriptedUpstream.listen((socket) => {
    servedAtMs.push(performance.now());
    socket.write(createJsonResponse({}));
  });
  bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url, ...settings } } } });
}

const call = () => bus.run((crm) => crm.get('/'));

describe('a connection whose upstream has a limit', () => {
  afterEach(async () => {
    await bus.close();
    await upstream.close();
  });

  it('makes as many calls at once as the burst allows, and the others in their turn', async () => {
    await start({ limit: { calls: 2, per: '200ms' } });

    const startedAtMs = performance.now();
    await Promise.all(Array.from({ length: 4 }, call));

    const lastMs = Number(servedAtMs.at(-1)) - startedAtMs;
    expect(servedAtMs).toHaveLength(4);
    // Timers of Node may fire a fraction of a millisecond early.
    expect(lastMs).toBeGreaterThan(190);
  });

  it('rejects a call at once whose turn would come after its deadline', async () => {
    await start({ limit: { calls: 1, per: '1h' } });
    await call();

    const failure = await catchRejection(call());

    expect(failure).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', wasSent: false, retryAfter: 300 });
    expect(String(failure)).toContain('limit of CRM, 1 calls per 1h, is exhausted');
    expect(servedAtMs).toHaveLength(1);
  });

  it('rejects a call behind others that take all turns before its deadline', async () => {
    await start({ limit: { calls: 1, per: '400ms' }, total: '1s' });

    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, call));

    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ]);
  });

  it('makes no call that has been cancelled while it waited', async () => {
    await start({ limit: { calls: 1, per: '200ms' } });
    await call();
    const scope = new CancelScope(Deadline.in(5_000), () => new DeadlineExceededError('spec', 5_000));

    const cancelled = catchRejection(bus.run((crm) => crm.get('/'), { scope }));
    const next = call();
    scope.cancel(new CancelledError('the client left'));

    expect(await cancelled).toBeInstanceOf(CancelledError);
    await next;
    expect(servedAtMs).toHaveLength(2);
  });
});

class SharedCounter extends RateCounter {
  readonly keys: string[] = [];
  isAvailable = true;
  override take(claims: readonly RateClaim[]): Promise<RateDecision> {
    this.keys.push(...claims.map(({ key }) => key));
    if (!this.isAvailable) return Promise.reject(new Error('unavailable'));
    return Promise.resolve({ isAllowed: false, debtsMs: [10_000] });
  }
}

describe('the counter of a limit', () => {
  const rate = { calls: 1, perMs: 1_000, burst: 1 };

  it('counts over all hosts in the store that they share', async () => {
    const rateCounter = new SharedCounter();
    const counter = new StoreCallCounter('CRM', rate, {
      rateCounter,
      logger: new RecordingLogger(),
      clock: systemClock,
    });

    expect(await counter.count()).toEqual({ waitMs: 10_000 });
    expect(rateCounter.keys).toEqual(['{outgoing:CRM}']);
  });

  it('counts for itself while the store is unavailable, and reports it once', async () => {
    const rateCounter = new SharedCounter();
    rateCounter.isAvailable = false;
    const logger = new RecordingLogger();
    const counter = new StoreCallCounter('CRM', rate, { rateCounter, logger, clock: systemClock });

    expect(await counter.count()).toEqual({ waitMs: 0 });
    expect((await counter.count()).waitMs).toBeGreaterThan(900);
    expect(logger.warnings).toHaveLength(1);
  });
});

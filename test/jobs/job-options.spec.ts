import { setTimeout as sleep } from 'node:timers/promises';
import { type AsyncOptions, BusError, BusService, type JobReceipt, Service } from 'trunkline';
import { z } from 'zod';
import { describeOnEveryStore, waitUntil, type JobBus, type TestJobStore, startJobBus } from './job-bus';

interface Work {
  readonly key: string;
  readonly fails?: boolean | undefined;
  /** Does not end before the test lets it. */
  readonly waits?: boolean | undefined;
}

/** Attempts that have begun, in order. */
let runs: { readonly key: string; readonly atMs: number; readonly signal: AbortSignal }[] = [];
let gates = new Map<string, () => void>();

/** Says what it does, and does what it is told. */
class Worker extends Service<Work> {
  async handle() {
    const { key, fails, waits } = this.request.input;
    runs.push({ key, atMs: Date.now(), signal: this.signal });
    if (waits) await new Promise<void>((resolve) => gates.set(key, resolve));
    if (fails) throw new BusError('Not yet', { status: 503, code: 'NOT_YET' });
  }
}

const input = z.object({ key: z.string(), fails: z.boolean().optional(), waits: z.boolean().optional() });

@BusService({ name: 'work', input })
class DoWork extends Worker {}

/** One at a time. */
@BusService({ name: 'work.alone', input })
class WorkAlone extends Worker {}

/** Two in half a second. */
@BusService({ name: 'work.limited', input })
class WorkLimited extends Worker {}

@BusService({ name: 'hear', input })
class Hear extends Worker {}

@BusService({ name: 'log-in', input: z.object({ password: z.string().meta({ secret: true }).optional() }).loose() })
class LogIn extends Service<Record<string, unknown>> {
  handle() {}
}

@BusService({ name: 'hand-in' })
class HandIn extends Service<{ service: string; input: unknown; options?: AsyncOptions }> {
  handle() {
    const { service, input: given, options } = this.request.input;
    return this.invokeAsyncDynamic(service, given, options);
  }
}

@BusService({ name: 'publish' })
class Publish extends Service<{ topic: string; message: unknown }> {
  async handle() {
    await this.publish(this.request.input.topic, this.request.input.message, { refusals: 'forward' });
  }
}

const TOPICS = `
topics:
  heard: { subscribers: [{ service: hear, concurrency: 1 }] }
  log-in: { subscribers: [{ service: hear }, { service: log-in }] }
`;
const SETTINGS = {
  services: { 'work.alone': { concurrency: 1 }, 'work.limited': { rateLimit: { limit: 2, per: '500ms' } } },
  retention: { completedCount: 3, deadLetters: '1s' },
};

describeOnEveryStore('what can be asked of jobs', (open) => {
  let store: TestJobStore;
  let bus: JobBus;

  beforeAll(async () => {
    store = await open();
    bus = await start();
    await bus.waitForJob(await waitUntil(() => handIn('work', { key: 'warm' }).catch(() => undefined)));
  }, 60_000);
  beforeEach(() => {
    runs = [];
    gates = new Map();
  });
  afterAll(async () => {
    await bus?.stop();
    await store?.stop();
  }, 30_000);

  const start = () => {
    const services = [DoWork, WorkAlone, WorkLimited, Hear, LogIn, HandIn, Publish];
    return startJobBus(store, { services, config: { 'topics.yaml': TOPICS } }, SETTINGS);
  };
  const handIn = async (service: string, given: unknown, options?: AsyncOptions) => {
    const receipt = await bus.bus.invoker.invoke(HandIn, { service, input: given, options }, { timeout: '30s' });
    return (receipt as JobReceipt).id;
  };
  const publish = (topic: string, message: unknown) => bus.bus.invoker.invoke(Publish, { topic, message });
  const begun = (key: string) => waitUntil(() => runs.find((run) => run.key === key));
  const letGo = (key: string) => waitUntil(() => gates.get(key)).then((open_) => open_());
  const keys = () => runs.map(({ key }) => key);

  it('runs the more urgent one first: the lower its priority, the sooner', async () => {
    await handIn('work.alone', { key: 'first', waits: true });
    await begun('first');
    await handIn('work.alone', { key: 'late' }, { priority: 9 });
    const last = await handIn('work.alone', { key: 'last' }, { priority: 10 });
    await handIn('work.alone', { key: 'soon' }, { priority: 2 });
    await letGo('first');

    await bus.waitForJob(last);
    expect(keys()).toEqual(['first', 'soon', 'late', 'last']);
  });

  it('runs as many at once as its service may', async () => {
    const ids = [
      await handIn('work.alone', { key: 'one', waits: true }),
      await handIn('work.alone', { key: 'two' }),
      await handIn('work', { key: 'other' }),
    ];
    await begun('one');
    await begun('other');

    expect(keys()).not.toContain('two');
    await letGo('one');
    await Promise.all(ids.map((id) => bus.waitForJob(id)));
  });

  it('begins no more in a span of time than its service may', async () => {
    const ids = await Promise.all(['a', 'b', 'c'].map((key) => handIn('work.limited', { key })));
    await Promise.all(ids.map((id) => bus.waitForJob(id)));

    const [first, , third] = runs.map(({ atMs }) => atMs);
    expect((third ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(400);
  });

  it('hands a subscriber as many messages at once as it may have', async () => {
    await publish('heard', { key: 'message-1', waits: true });
    await begun('message-1');
    await publish('heard', { key: 'message-2' });
    await bus.waitForJob(await handIn('work', { key: 'meanwhile' }));

    expect(keys()).not.toContain('message-2');
    await letGo('message-1');
    await begun('message-2');
  });

  it('waits longer after each attempt, as it was told', async () => {
    const options = { attempts: 3, backoff: { initial: 200, max: '10s' } };
    await bus.waitForJob(await handIn('work', { key: 'patient', fails: true }, options));

    const [first = 0, second = 0, third = 0] = runs.map(({ atMs }) => atMs);
    expect(runs).toHaveLength(3);
    expect(second - first).toBeGreaterThanOrEqual(100);
    expect(third - second).toBeGreaterThanOrEqual(200);
  });

  it('ends an attempt that takes longer than it may', async () => {
    const id = await handIn('work', { key: 'long', waits: true }, { timeout: '100ms', attempts: 1 });

    expect(await bus.waitForJob(id)).toMatchObject({ state: 'failed', failure: { code: 'DEADLINE_EXCEEDED' } });
    expect(runs[0]?.signal.aborted).toBe(true);
  });

  it('keeps no more of those that have completed than it is to', async () => {
    const ids: string[] = [];
    for (const key of ['1', '2', '3', '4', '5']) {
      const id = await handIn('work', { key });
      ids.push(id);
      await bus.waitForJob(id);
    }

    const kept = await Promise.all(ids.map((id) => bus.jobs.find(id)));
    expect(kept.map((job) => job !== undefined)).toEqual([false, false, true, true, true]);
  });

  it('keeps dead letters no longer than it is to', async () => {
    const old = await handIn('work', { key: 'old', fails: true }, { attempts: 1 });
    await bus.waitForJob(old);
    await sleep(1_100);
    const young = await handIn('work', { key: 'young', fails: true }, { attempts: 1 });
    await bus.waitForJob(young);

    const letters = await bus.jobs.deadLetters.list(10);
    expect(letters.map(({ id }) => id)).toEqual([young]);
  });

  it('keeps them no longer where no other job ends, either', async () => {
    await bus.waitForJob(await handIn('work', { key: 'quiet', fails: true }, { attempts: 1 }));
    await bus.stop();
    await sleep(1_100);
    bus = await start();

    const letters = () => bus.jobs.deadLetters.list(10).catch(() => undefined);
    expect(await waitUntil(async () => (await letters())?.length === 0 || undefined)).toBe(true);
  });

  it('publishes no message that a subscriber must not keep, to anybody', async () => {
    await expect(publish('log-in', { key: 'k', password: 'hunter2' })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      violations: [{ pointer: '#/password', rule: 'secret' }],
    });
    expect(runs).toEqual([]);
  });

  it('publishes no message that is too large', async () => {
    await expect(publish('heard', { key: 'x'.repeat(1_100_000) })).rejects.toMatchObject({
      code: 'CONTENT_TOO_LARGE',
      status: 413,
    });
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { type AsyncOptions, BusError, BusService, type JobReceipt, Service } from 'trunkline';
import { z } from 'zod';
import { waitUntil } from '@trunkline/testing';
import { describeOnEveryStore, type JobBus, type TestJobStore, startJobBus } from './job-bus';

interface Work {
  readonly key: string;
  readonly fails?: boolean | undefined;
  /** Blocks until the test releases it. */
  readonly waits?: boolean | undefined;
}

/** Started attempts, in order. */
let runs: { readonly key: string; readonly atMs: number; readonly signal: AbortSignal }[] = [];
let blocked = new Map<string, () => void>();

/** Records each attempt, then blocks or fails as its input says. */
class Worker extends Service<Work> {
  async handle() {
    const { key, fails, waits } = this.request.input;
    runs.push({ key, atMs: Date.now(), signal: this.signal });
    if (waits) await new Promise<void>((resolve) => blocked.set(key, resolve));
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

@BusService({ name: 'submit' })
class Submit extends Service<{ service: string; input: unknown; options?: AsyncOptions }> {
  handle() {
    const { service, input: jobInput, options } = this.request.input;
    return this.invokeAsyncDynamic(service, jobInput, options);
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

describeOnEveryStore('the options of jobs', (open) => {
  let store: TestJobStore;
  let bus: JobBus;

  beforeAll(async () => {
    store = await open();
    bus = await start();
    await bus.waitForJob(await waitUntil(() => submit('work', { key: 'warm' }).catch(() => undefined)));
  }, 60_000);
  beforeEach(() => {
    runs = [];
    blocked = new Map();
  });
  afterAll(async () => {
    await bus?.stop();
    await store?.stop();
  }, 30_000);

  const start = () => {
    const services = [DoWork, WorkAlone, WorkLimited, Hear, LogIn, Submit, Publish];
    return startJobBus(store, { services, config: { 'topics.yaml': TOPICS } }, SETTINGS);
  };
  const submit = async (service: string, jobInput: unknown, options?: AsyncOptions) => {
    const receipt = await bus.bus.invoker.invoke(Submit, { service, input: jobInput, options }, { timeout: '30s' });
    return (receipt as JobReceipt).id;
  };
  const publish = (topic: string, message: unknown) => bus.bus.invoker.invoke(Publish, { topic, message });
  const waitForStart = (key: string) => waitUntil(() => runs.find((run) => run.key === key));
  const release = (key: string) => waitUntil(() => blocked.get(key)).then((unblock) => unblock());
  const keys = () => runs.map(({ key }) => key);

  it('run jobs with a lower priority number first', async () => {
    await submit('work.alone', { key: 'first', waits: true });
    await waitForStart('first');
    await submit('work.alone', { key: 'late' }, { priority: 9 });
    const last = await submit('work.alone', { key: 'last' }, { priority: 10 });
    await submit('work.alone', { key: 'soon' }, { priority: 2 });
    await release('first');

    await bus.waitForJob(last);
    expect(keys()).toEqual(['first', 'soon', 'late', 'last']);
  });

  it('limit the jobs of a service that run at once', async () => {
    const ids = [
      await submit('work.alone', { key: 'one', waits: true }),
      await submit('work.alone', { key: 'two' }),
      await submit('work', { key: 'other' }),
    ];
    await waitForStart('one');
    await waitForStart('other');

    expect(keys()).not.toContain('two');
    await release('one');
    await Promise.all(ids.map((id) => bus.waitForJob(id)));
  });

  it('limit the attempts of a service that start per period', async () => {
    const ids = await Promise.all(['a', 'b', 'c'].map((key) => submit('work.limited', { key })));
    await Promise.all(ids.map((id) => bus.waitForJob(id)));

    const [first, , third] = runs.map(({ atMs }) => atMs);
    // The period starts when the job is taken, on a busy machine well before the attempt starts.
    expect((third ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(250);
  });

  it('limit the messages that a subscriber receives at once', async () => {
    await publish('heard', { key: 'message-1', waits: true });
    await waitForStart('message-1');
    await publish('heard', { key: 'message-2' });
    await bus.waitForJob(await submit('work', { key: 'meanwhile' }));

    expect(keys()).not.toContain('message-2');
    await release('message-1');
    await waitForStart('message-2');
  });

  it('double the backoff after each attempt', async () => {
    const options = { attempts: 3, backoff: { initial: 100, max: '10s' } };
    await bus.waitForJob(await submit('work', { key: 'retried', fails: true }, options));

    const [first = 0, second = 0, third = 0] = runs.map(({ atMs }) => atMs);
    expect(runs).toHaveLength(3);
    expect(second - first).toBeGreaterThanOrEqual(50);
    expect(third - second).toBeGreaterThanOrEqual(100);
  });

  it('cancel an attempt at its timeout', async () => {
    const id = await submit('work', { key: 'long', waits: true }, { timeout: '100ms', attempts: 1 });

    expect(await bus.waitForJob(id)).toMatchObject({ state: 'failed', failure: { code: 'DEADLINE_EXCEEDED' } });
    expect(runs[0]?.signal.aborted).toBe(true);
  });

  it('limit the number of completed jobs that are kept', async () => {
    const ids: string[] = [];
    for (const key of ['1', '2', '3', '4', '5']) {
      const id = await submit('work', { key });
      ids.push(id);
      await bus.waitForJob(id);
    }

    // Databases remove them half a second later, for all jobs that completed until then.
    const kept = await waitUntil(async () => {
      const jobs = await Promise.all(ids.map((id) => bus.jobs.find(id)));
      const found = ids.filter((_, index) => jobs[index] !== undefined);
      return found.length <= 3 ? found : undefined;
    });
    expect(kept).toEqual(ids.slice(2));
  });

  it('limit how long dead letters are kept, whether or not another job of the queue finishes', async () => {
    const fail = (service: string, key: string) => submit(service, { key, fails: true }, { attempts: 1 });
    const listIds = async () => (await bus.jobs.deadLetters.list(10)).map(({ id }) => id);
    await bus.waitForJob(await fail('work', 'replaced'));
    const idle = await fail('work.alone', 'idle');
    await bus.waitForJob(idle);
    // The shortest retention that the configuration accepts is one second, by the clock of the store.
    await sleep(1_100);
    const young = await fail('work', 'young');
    await bus.waitForJob(young);

    expect((await listIds()).toSorted()).toEqual([idle, young].toSorted());
    await bus.stop();
    bus = await start();
    const isIdleRemoved = async () => !(await listIds().catch(() => [idle])).includes(idle);
    expect(await waitUntil(async () => (await isIdleRemoved()) || undefined)).toBe(true);
  });

  it('reject a message for all subscribers that contains a secret of one of them', async () => {
    await expect(publish('log-in', { key: 'k', password: 'hunter2' })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      violations: [{ pointer: '#/password', rule: 'secret' }],
    });
    expect(runs).toEqual([]);
  });

  it('reject a message that is too large', async () => {
    await expect(publish('heard', { key: 'x'.repeat(1_100_000) })).rejects.toMatchObject({
      code: 'CONTENT_TOO_LARGE',
      status: 413,
    });
  });
});

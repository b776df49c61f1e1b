import { BusError, BusService, ConflictError, type AsyncOptions, type JobFacts, Service } from 'trunkline';
import { z } from 'zod';
import { waitUntil } from '@trunkline/testing';
import { describeOnEveryStore, type JobBus, type TestJobStore, startJobBus } from './job-bus';

/** Inputs of `work`, in order. */
let runs: { readonly input: Work; readonly job: JobFacts | undefined; readonly cid: string }[] = [];

/** Attempts of `work` wait for it. */
let gate: Promise<void> | undefined;

interface Work {
  readonly key: string;
  /** Number of attempts that fail. */
  readonly failures?: number | undefined;
  readonly conflict?: boolean | undefined;
}

@BusService({
  name: 'work',
  input: z.object({ key: z.string(), failures: z.number().optional(), conflict: z.boolean().optional() }),
})
class DoWork extends Service<Work, { done: string }> {
  async handle() {
    const { input, job } = this.request;
    runs.push({ input, job, cid: this.cid });
    await gate;
    if (input.conflict) throw new ConflictError('Taken already', { key: input.key });
    if ((job?.attempt ?? 0) <= (input.failures ?? 0)) {
      throw new BusError('Not yet', {
        status: 503,
        code: 'NOT_YET',
        data: { key: input.key },
        cause: new Error('why'),
      });
    }
    return { done: input.key };
  }
}

@BusService({ name: 'submit' })
class Submit extends Service<{ input: Work; options?: AsyncOptions }> {
  handle() {
    return this.invokeAsync(DoWork, this.request.input.input, this.request.input.options);
  }
}

let children: string[] = [];

@BusService({ name: 'parent' })
class Parent extends Service {
  async handle() {
    const first = await this.invokeAsync(DoWork, { key: 'child' });
    const second = await this.invokeAsync(DoWork, { key: 'child' });
    children.push(first.id, second.id);
    if (this.request.job?.attempt === 1) throw new Error('after the children were submitted');
  }
}

@BusService({ name: 'login', input: z.object({ password: z.string().meta({ secret: true }).optional() }).loose() })
class LogIn extends Service<Record<string, unknown>> {
  handle() {}
}

@BusService({ name: 'submit.any' })
class SubmitAny extends Service<{ service: string; input: unknown }> {
  handle() {
    return this.invokeAsyncDynamic(this.request.input.service, this.request.input.input);
  }
}

@BusService({ name: 'publish' })
class Publish extends Service<{ topic: string; message: unknown }> {
  async handle() {
    return this.publish(this.request.input.topic, this.request.input.message);
  }
}

let heard: string[] = [];

@BusService({ name: 'hear.all' })
class HearAll extends Service {
  handle() {
    heard.push(`all ${JSON.stringify(this.request.input)}`);
    throw new ConflictError('It fails, without affecting others');
  }
}

@BusService({ name: 'hear.sweden' })
class HearSweden extends Service {
  handle() {
    heard.push(`sweden ${JSON.stringify(this.request.input)}`);
  }
}

const SERVICES = [DoWork, Submit, Parent, LogIn, SubmitAny, Publish, HearAll, HearSweden];
const TOPICS = `
topics:
  order.created:
    subscribers:
      - { service: hear.all }
      - { service: hear.sweden, concurrency: 1, filter: { 'customer.country': [SE, AX] } }
`;

describeOnEveryStore('a job', (open) => {
  let store: TestJobStore;
  let bus: JobBus;

  beforeAll(async () => {
    store = await open();
    const own = { services: { work: { concurrency: 3 } } };
    bus = await startJobBus(store, { services: SERVICES, config: { 'topics.yaml': TOPICS } }, own);
    // A job waits at most a second for a store that is being opened.
    await bus.waitForJob(await waitUntil(() => submit({ key: 'first' }).catch(() => undefined)));
  }, 60_000);
  beforeEach(() => {
    runs = [];
    gate = undefined;
    heard = [];
    children = [];
  });
  afterAll(async () => {
    await bus?.stop();
    await store?.stop();
  }, 30_000);

  const submit = async (input: Work, options?: AsyncOptions) => {
    const receipt = await bus.bus.invoker.invoke(Submit, { input, options }, { cid: `CID-${input.key}` });
    return (receipt as { id: string }).id;
  };

  it('runs with its id, attempt and creation time, and keeps the correlation id', async () => {
    const id = await submit({ key: 'a' });

    expect(await bus.waitForJob(id)).toMatchObject({
      id,
      service: 'work',
      state: 'completed',
      attempts: 1,
      result: { done: 'a' },
    });
    expect(runs).toEqual([
      {
        input: { key: 'a' },
        job: expect.objectContaining({ id, attempt: 1, enqueuedAt: expect.any(Date) }),
        cid: 'CID-a',
      },
    ]);
  });

  it('is retried until it succeeds, with one warning for each failed attempt', async () => {
    const id = await submit({ key: 'b', failures: 2 });

    expect(await bus.waitForJob(id)).toMatchObject({ state: 'completed', attempts: 3, result: { done: 'b' } });
    expect(runs.map(({ job }) => job?.attempt)).toEqual([1, 2, 3]);
    expect(linesOf(id)).toMatchObject([
      { level: 'warn', attempt: 1, code: 'NOT_YET', cid: 'CID-b', service: 'work' },
      { level: 'warn', attempt: 2, code: 'NOT_YET' },
    ]);
  });

  it('is a dead letter after its last attempt, with input, failure and attempts, and is logged as an error', async () => {
    const id = await submit({ key: 'c', failures: 9 }, { attempts: 2 });

    const job = await bus.waitForJob(id);

    expect(job).toMatchObject({ state: 'failed', attempts: 2, input: { key: 'c', failures: 9 } });
    expect(job.failure).toMatchObject({ kind: 'domain', code: 'NOT_YET', status: 503, data: { key: 'c' } });
    expect(job.failure?.cause).toMatchObject({ message: 'why' });
    expect(job.history).toMatchObject([
      { attempt: 1, code: 'NOT_YET' },
      { attempt: 2, code: 'NOT_YET' },
    ]);
    expect(linesOf(id).map(({ level }) => level)).toEqual(['warn', 'error']);
    expect(await bus.jobs.deadLetters.find(id)).toMatchObject({ id, attempts: 2 });
  });

  it('is not retried after a permanent failure', async () => {
    const id = await submit({ key: 'd', conflict: true });

    expect(await bus.waitForJob(id)).toMatchObject({
      state: 'failed',
      attempts: 1,
      failure: { code: 'CONFLICT', data: { key: 'd' } },
    });
  });

  it('that is a dead letter can be retried, and keeps its id and history', async () => {
    const id = await submit({ key: 'e', failures: 2 }, { attempts: 1 });
    await bus.waitForJob(id);

    await bus.jobs.deadLetters.retry(id);
    const replayed = await waitUntil(async () => {
      const job = await bus.jobs.find(id);
      return job && job.history.length === 2 && job.state === 'failed' ? job : undefined;
    });

    expect(replayed).toMatchObject({ id, attempts: 1, history: [{ replay: 0 }, { replay: 1 }] });
  });

  it('that is a dead letter can be dropped', async () => {
    const id = await submit({ key: 'f', conflict: true });
    await bus.waitForJob(id);

    expect(await bus.jobs.deadLetters.drop(id)).toBe(true);
    expect(await bus.jobs.find(id)).toBeUndefined();
    expect(await bus.jobs.deadLetters.drop(id)).toBe(false);
  });

  it('is listed among the dead letters, newest first', async () => {
    const first = await submit({ key: 'g', conflict: true });
    await bus.waitForJob(first);
    const second = await submit({ key: 'h', conflict: true });
    await bus.waitForJob(second);

    expect((await bus.jobs.deadLetters.list(2)).map(({ id }) => id)).toEqual([second, first]);
  });

  it('waits for its delay', async () => {
    const late = await submit({ key: 'late' }, { delay: '1h' });
    const startedAt = Date.now();
    await bus.waitForJob(await submit({ key: 'i' }, { delay: '300ms' }));

    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(300);
    expect(await bus.jobs.find(late)).toMatchObject({ state: 'queued', attempts: 0 });
  });

  it('is created once while a job with its deduplication id is unfinished', async () => {
    let release = () => {};
    gate = new Promise((resolve) => (release = resolve));
    const first = await submit({ key: 'j' }, { deduplicationId: 'J' });
    const second = await submit({ key: 'j' }, { deduplicationId: 'J' });
    release();
    await bus.waitForJob(first);
    const third = await submit({ key: 'j' }, { deduplicationId: 'J' });

    expect(second).toBe(first);
    expect(third).not.toBe(first);
    await bus.waitForJob(third);
    expect(runs).toHaveLength(2);
  });

  it('that a retried job submits again is the same job', async () => {
    const { id } = (await bus.bus.invoker.invoke(SubmitAny, { service: 'parent', input: {} })) as { id: string };
    await bus.waitForJob(id);

    expect(children).toHaveLength(4);
    expect(new Set(children).size).toBe(2);
    await Promise.all(children.map((child) => bus.waitForJob(child)));
    expect(runs).toHaveLength(2);
  });

  it('is rejected when its input is invalid', async () => {
    const input = { key: 7 } as unknown as Work;

    await expect(submit(input, { refusals: 'forward' })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      violations: [{ pointer: '#/key' }],
    });
    await expect(submit(input)).rejects.toMatchObject({
      code: 'INTERNAL_ERROR',
      message: 'submit called work with an invalid input: #/key (invalid_type)',
    });
  });

  it('is rejected when its input contains a secret member', async () => {
    const asked = bus.bus.invoker.invoke(SubmitAny, { service: 'login', input: { user: 'a', password: 'hunter2' } });

    await expect(asked).rejects.toMatchObject({
      code: 'INTERNAL_ERROR',
      cause: { code: 'VALIDATION_FAILED', violations: [{ pointer: '#/password', rule: 'secret' }] },
    });
  });

  it('is rejected when its input is too large', async () => {
    await expect(submit({ key: 'x'.repeat(1_100_000) })).rejects.toMatchObject({
      code: 'CONTENT_TOO_LARGE',
      status: 413,
    });
  });

  it('is not found by the id of another thing', async () => {
    for (const id of ['meta', '01M7Z1HBS286E2F26JRGHVKM6V', '01M7Z1HBS286E2F26JRGHVKM6V~no.such', 'a:b:c', '']) {
      expect(await bus.jobs.find(id)).toBeUndefined();
    }
  });

  it('is created for each subscriber whose filter matches, and fails without affecting the others', async () => {
    const publications = [];
    for (const [index, country] of ['SE', 'NO'].entries()) {
      const message = { n: index + 1, customer: { country } };
      publications.push(await bus.bus.invoker.invoke(Publish, { topic: 'order.created', message }));
    }
    await waitUntil(() => heard.length >= 3);

    expect(publications).toEqual([{ subscribers: 2 }, { subscribers: 1 }]);
    expect(heard.toSorted((a, b) => a.localeCompare(b))).toEqual([
      'all {"n":1,"customer":{"country":"SE"}}',
      'all {"n":2,"customer":{"country":"NO"}}',
      'sweden {"n":1,"customer":{"country":"SE"}}',
    ]);
  });

  it('is not created for an unknown topic', async () => {
    await expect(bus.bus.invoker.invoke(Publish, { topic: 'order.create', message: {} })).rejects.toThrow(
      'there is no topic order.create, did you mean `order.created`?',
    );
  });

  function linesOf(id: string) {
    return bus.readLog().filter((line) => line['job'] === id && line['attempt'] !== undefined);
  }
});

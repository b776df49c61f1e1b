import {
  BusError,
  BusService,
  type Composed,
  ConflictError,
  each,
  type JobReceipt,
  optional,
  required,
  Service,
} from 'trunkline';
import { z } from 'zod';
import { waitUntil } from '@trunkline/testing';
import { describeOnEveryStore, type JobBus, type TestJobStore, startJobBus } from './job-bus';

interface Part {
  readonly key: string;
  /** Number of attempts that fail. */
  readonly failures?: number;
  /** Every attempt fails. */
  readonly conflict?: boolean;
  /** Blocks until the test releases it. */
  readonly waits?: boolean;
}

let begun: string[] = [];
let finished: { readonly input: unknown; readonly cid: string; readonly trace: unknown }[] = [];
let gates = new Map<string, () => void>();

class Parts extends Service<Part, { got: string }> {
  async handle() {
    const { input, job } = this.request;
    begun.push(input.key);
    if (input.waits) await new Promise<void>((resolve) => gates.set(input.key, resolve));
    if (input.conflict) throw new ConflictError('Taken already', { key: input.key });
    if ((job?.attempt ?? 0) <= (input.failures ?? 0)) throw new BusError('Not yet', { status: 503, code: 'NOT_YET' });
    return { got: input.key };
  }
}

const part = z.object({
  key: z.string(),
  failures: z.number().optional(),
  conflict: z.boolean().optional(),
  waits: z.boolean().optional(),
}) as z.ZodType<Part>;

@BusService({ name: 'part.get', input: part })
class GetPart extends Parts {}

/** In a dedicated queue, one at a time. */
@BusService({ name: 'part.slow', input: part })
class GetSlowPart extends Parts {}

@BusService({ name: 'part.nothing' })
class GetNothing extends Service {
  handle() {}
}

@BusService({ name: 'part.null' })
class GetNull extends Service<unknown, null> {
  handle() {
    return null;
  }
}

@BusService({ name: 'finish' })
class Finish extends Service<Composed> {
  handle() {
    finished.push({ input: this.request.input, cid: this.cid, trace: this.request.job });
    if (finished.length === 1 && Object.hasOwn(this.request.input.data, 'again')) throw new Error('not this time');
    return { keys: Object.keys(this.request.input.data) };
  }
}

const PLANS = {
  whole: () => ({
    first: required(GetPart, { key: 'first', failures: 1 }),
    slow: optional(GetSlowPart, { key: 'slow' }),
  }),
  waiting: () => ({ gate: required(GetSlowPart, { key: 'gate', waits: true }) }),
  degraded: () => ({
    first: required(GetPart, { key: 'first' }),
    none: optional(GetPart, { key: 'none', conflict: true }),
    instead: optional(GetSlowPart, { key: 'instead', failures: 9 }, { fallback: null }),
    list: each(['a', 'b', 'c'], (key) => required(GetPart, { key, conflict: key === 'b' }), { atLeast: 2 }),
  }),
  failing: () => ({
    bad: required(GetPart, { key: 'bad', conflict: true }, { title: 'The bad part could not be had' }),
    gate: required(GetSlowPart, { key: 'gate', waits: true }),
    later: optional(GetSlowPart, { key: 'later' }),
  }),
  short: () => ({
    list: each(['a', 'b'], (key) => optional(GetPart, { key, conflict: true }), { atLeast: 1 }),
  }),
  nothing: () => ({ nothing: required(GetNothing, {}), nil: required(GetNull, {}) }),
  again: () => ({ again: required(GetPart, { key: 'again' }) }),
  tooShort: () => ({ list: each([], (key: string) => required(GetPart, { key }), { atLeast: 1 }) }),
  empty: () => ({ list: each([], (key: string) => required(GetPart, { key })) }),
};

@BusService({ name: 'compose' })
class Compose extends Service<{ plan: keyof typeof PLANS }, JobReceipt> {
  handle() {
    return this.composeAsync(PLANS[this.request.input.plan](), { into: Finish, attempts: 2 });
  }
}

let receipts: string[] = [];

@BusService({ name: 'compose.twice' })
class ComposeTwice extends Service {
  async handle() {
    const { id } = await this.composeAsync(PLANS.again(), { into: Finish });
    receipts.push(id);
    if (this.request.job?.attempt === 1) throw new Error('after the composite was submitted');
  }
}

@BusService({ name: 'compose.later' })
class ComposeLater extends Service<{ plan: keyof typeof PLANS }> {
  handle() {
    return this.invokeAsync(Compose, this.request.input);
  }
}

@BusService({ name: 'compose.wrong' })
class ComposeWrong extends Service<{ what: 'stale' | 'concurrency' | 'input' | 'many' }> {
  async handle() {
    const { what } = this.request.input;
    const ask = (key: string) => required(GetPart, { key });
    if (what === 'stale')
      await this.composeAsync({ a: optional(GetPart, { key: 'a' }, { staleIfError: '1m' }) }, { into: Finish });
    if (what === 'concurrency') await this.composeAsync({ a: each(['a'], ask, { concurrency: 1 }) }, { into: Finish });
    if (what === 'many') await this.composeAsync({ a: each(Array.from('a'.repeat(1_001)), ask) }, { into: Finish });
    const wrong: Part = JSON.parse('{ "key": 7 }');
    await this.composeAsync({ a: required(GetPart, wrong) }, { into: Finish });
  }
}

describeOnEveryStore('a durable composite', (open) => {
  let store: TestJobStore;
  let bus: JobBus;

  beforeAll(async () => {
    store = await open();
    const services = [
      GetNothing,
      GetNull,
      GetPart,
      GetSlowPart,
      Finish,
      Compose,
      ComposeTwice,
      ComposeLater,
      ComposeWrong,
    ];
    bus = await startJobBus(store, { services }, { services: { 'part.slow': { concurrency: 1 } } });
    // A job waits at most a second for a store that is being opened.
    await bus.waitForJob(await waitUntil(() => composed('empty').catch(() => undefined)));
  }, 60_000);
  beforeEach(() => {
    begun = [];
    finished = [];
    receipts = [];
    gates = new Map();
  });
  afterAll(async () => {
    await bus?.stop();
    await store?.stop();
  }, 30_000);

  const composed = async (plan: keyof typeof PLANS) => {
    const receipt = await bus.bus.invoker.invoke(Compose, { plan }, { cid: `CID-${plan}` });
    return (receipt as JobReceipt).id;
  };
  const opened = (key: string) => waitUntil(() => gates.get(key)).then((letGo) => letGo());

  it('runs each branch as a job, with retries and in its queue, and then the service that receives their results', async () => {
    const id = await composed('whole');

    expect(await bus.waitForJob(id)).toMatchObject({
      id,
      service: 'finish',
      state: 'completed',
      attempts: 1,
      result: { keys: ['first', 'slow'] },
    });
    expect(begun.toSorted()).toEqual(['first', 'first', 'slow']);
    expect(finished).toMatchObject([
      {
        input: { complete: true, data: { first: { got: 'first' }, slow: { got: 'slow' } }, problems: {} },
        cid: 'CID-whole',
      },
    ]);
  });

  it('is running while its branches run', async () => {
    const id = await composed('waiting');
    await waitUntil(() => gates.get('gate'));

    expect(await bus.jobs.find(id)).toMatchObject({ id, state: 'running', attempts: 0 });

    await opened('gate');
    expect(await bus.waitForJob(id)).toMatchObject({ state: 'completed' });
  });

  it('uses fallbacks, omits missing branches, and reports both', async () => {
    await bus.waitForJob(await composed('degraded'));

    expect(finished).toMatchObject([
      {
        input: {
          complete: false,
          data: { first: { got: 'first' }, instead: null, list: [{ got: 'a' }, undefined, { got: 'c' }] },
          problems: {
            none: { code: 'CONFLICT', status: 409, outcome: 'missing' },
            instead: { code: 'NOT_YET', status: 503, outcome: 'fallback' },
            'list.1': { code: 'CONFLICT', outcome: 'missing' },
          },
        },
      },
    ]);
    expect(finished[0]?.input).not.toHaveProperty('data.none');
  });

  it('fails at once with the failure of a required branch, and drops branches that have not started', async () => {
    const id = await composed('failing');
    const failed = await bus.waitForJob(id);
    await opened('gate');

    expect(failed).toMatchObject({ state: 'failed', attempts: 1 });
    expect(failed.failure).toMatchObject({ code: 'CONFLICT', status: 409, title: 'The bad part could not be had' });
    expect(failed.failure?.data).toMatchObject({
      key: 'bad',
      branches: {
        bad: { outcome: 'failed', code: 'CONFLICT', status: 409 },
        gate: { outcome: 'cancelled' },
        later: { outcome: 'cancelled' },
      },
    });
    await bus.waitForJob(await composed('whole'));
    expect(begun).not.toContain('later');
    expect(finished).toHaveLength(1);
  });

  it('fails when too few branches of a list succeed', async () => {
    const { state, failure } = await bus.waitForJob(await composed('short'));

    expect([state, failure?.code]).toEqual(['failed', 'CONFLICT']);
    expect(failure?.data).toMatchObject({
      branches: { 'list.0': { outcome: 'missing' }, 'list.1': { outcome: 'missing' } },
    });
    expect(finished).toEqual([]);
  });

  it('retries the last service with the results of the first run of its branches', async () => {
    const id = await composed('again');

    expect(await bus.waitForJob(id)).toMatchObject({ state: 'completed', attempts: 2 });
    expect(begun).toEqual(['again']);
    expect(finished.map(({ input }) => input)).toMatchObject([
      { data: { again: { got: 'again' } } },
      { data: { again: { got: 'again' } } },
    ]);
  });

  it('has null for a branch without a result', async () => {
    await bus.waitForJob(await composed('nothing'));

    expect(finished[0]?.input).toStrictEqual({
      complete: true,
      data: { nothing: null, nil: null },
      problems: {},
    });
  });

  it('is rejected with 422 when a list has fewer items than have to succeed', async () => {
    await expect(composed('tooShort')).rejects.toMatchObject({ kind: 'domain', code: 'UNPROCESSABLE', status: 422 });
  });

  it('can have no branches', async () => {
    await bus.waitForJob(await composed('empty'));

    expect(finished).toMatchObject([{ input: { complete: true, data: { list: [] } } }]);
  });

  it('is the same composite when the job that submits it is retried', async () => {
    await bus.bus.invoker.invoke(ComposeLater, { plan: 'again' });
    const { id } = await bus.jobs.enqueue({
      service: bus.bus.registry.get(ComposeTwice),
      input: {},
      options: undefined,
      origin: { cid: 'CID-twice' },
    });

    expect(await bus.waitForJob(id)).toMatchObject({ attempts: 2 });
    await bus.waitForJob(receipts[0] ?? '');
    expect(new Set(receipts).size).toBe(1);
    expect(receipts).toHaveLength(2);
  });

  it.each([
    ['stale', /part\.get has a staleIfError, but jobs have no stale values: use a fallback/],
    ['concurrency', /a has a concurrency, but its branches are jobs: bus\.jobs\.services/],
    ['many', /a composite of jobs has at most 1000 branches, not 1001/],
    ['input', /^compose\.wrong called part\.get with an invalid input: #\/key \(invalid_type\)$/],
  ])('is rejected for its %s before anything is stored', async (what, message) => {
    await expect(bus.bus.invoker.invoke(ComposeWrong, { what })).rejects.toThrow(message);
  });
});

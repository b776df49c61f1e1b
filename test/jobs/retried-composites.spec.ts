import { BusError, BusService, type Composed, each, type JobReceipt, optional, required, Service } from 'trunkline';
import { waitUntil } from '@trunkline/testing';
import { describeOnEveryStore, type JobBus, type TestJobStore, startJobBus } from './job-bus';

let begun: string[] = [];
/** Keys of the branches, or of the composite, that are to fail. */
let broken = new Set<string>();
let finished: unknown[] = [];
let gates = new Map<string, () => void>();

class Parts extends Service<{ key: string; waits?: boolean }> {
  async handle() {
    const { key, waits } = this.request.input;
    begun.push(key);
    if (waits && !gates.has(key)) await new Promise<void>((resolve) => gates.set(key, resolve));
    if (broken.has(key)) throw new BusError('Away', { status: 422, code: 'AWAY' });
    return { got: key };
  }
}

@BusService({ name: 'part.get' })
class GetPart extends Parts {}

/** One at a time. */
@BusService({ name: 'part.slow' })
class GetSlowPart extends Parts {}

@BusService({ name: 'finish' })
class Finish extends Service<Composed> {
  handle() {
    finished.push(this.request.input.data);
    if (broken.has('finish')) throw new BusError('Away', { status: 422, code: 'AWAY' });
    return 'finished';
  }
}

const PLANS = {
  two: () => ({
    good: required(GetPart, { key: 'good' }),
    bad: required(GetPart, { key: 'bad', waits: true }),
    extra: optional(GetPart, { key: 'extra' }, { fallback: null }),
  }),
  dropping: () => ({
    bad: required(GetPart, { key: 'bad', waits: true }),
    gate: required(GetSlowPart, { key: 'gate', waits: true }),
    later: required(GetSlowPart, { key: 'later' }),
  }),
  list: () => ({ list: each(['a', 'b'], (key) => optional(GetPart, { key }), { atLeast: 2 }) }),
};

@BusService({ name: 'compose' })
class Compose extends Service<{ plan: keyof typeof PLANS }, JobReceipt> {
  handle() {
    return this.composeAsync(PLANS[this.request.input.plan](), { into: Finish, attempts: 1 });
  }
}

describeOnEveryStore('a durable composite that is a dead letter', (open) => {
  let store: TestJobStore;
  let bus: JobBus;

  beforeAll(async () => {
    store = await open();
    // A completed branch is removed when the next one of its queue completes.
    const services = { 'part.slow': { concurrency: 1 }, finish: { concurrency: 5 } };
    const settings = { services, retention: { completedCount: 1 } };
    bus = await startJobBus(store, { services: [GetPart, GetSlowPart, Finish, Compose] }, settings);
    await bus.waitForJob(await waitUntil(() => composed('list').catch(() => undefined)));
  }, 60_000);
  beforeEach(() => {
    begun = [];
    broken = new Set();
    finished = [];
    gates = new Map();
  });
  afterEach(async () => {
    for (const { id } of await letters()) await bus.jobs.deadLetters.drop(id);
  });
  afterAll(async () => {
    await bus?.stop();
    await store?.stop();
  }, 30_000);

  const composed = async (plan: keyof typeof PLANS) =>
    ((await bus.bus.invoker.invoke(Compose, { plan }, { timeout: '30s' })) as JobReceipt).id;
  const letGo = (key: string) => waitUntil(() => gates.get(key)).then((open_) => open_());
  const letters = async () => bus.jobs.deadLetters.list(50);
  /** Has it fail, and mends what was broken. @param more - how many dead letters there are then, besides it and the branch */
  const failed = async (plan: keyof typeof PLANS, keys: readonly string[], more = 0) => {
    broken = new Set(keys);
    const id = await composed(plan);
    if (plan === 'two') {
      await waitUntil(() => ['good', 'bad', 'extra'].every((key) => begun.includes(key)) || undefined);
      await waitUntil(async () => (await letters()).length === more || undefined);
      await letGo('bad');
    }
    expect(await bus.waitForJob(id)).toMatchObject({ state: 'failed', failure: { code: 'AWAY' } });
    begun = [];
    finished = [];
    broken = new Set();
    return id;
  };
  const letterOf = async (service: string) => (await letters()).find((letter) => letter.service === service)?.id ?? '';
  const completed = (id: string) =>
    waitUntil(async () => {
      const job = await bus.jobs.find(id);
      return job?.state === 'completed' ? job : undefined;
    });

  it('runs only its failed branch again when it is retried', async () => {
    const id = await failed('two', ['bad', 'extra'], 1);

    await bus.jobs.deadLetters.retry(id);

    expect(await completed(id)).toMatchObject({ id, attempts: 1, result: 'finished', history: [{ code: 'AWAY' }] });
    expect(begun.toSorted()).toEqual(['bad', 'extra']);
    expect(finished).toEqual([{ good: { got: 'good' }, bad: { got: 'bad' }, extra: { got: 'extra' } }]);
    expect(await letters()).toEqual([]);
  });

  it('runs again when the dead letter of its branch is retried', async () => {
    const id = await failed('two', ['bad']);

    expect(await bus.jobs.deadLetters.retry(await letterOf('part.get'))).toBe(true);

    expect(await completed(id)).toMatchObject({ result: 'finished' });
    expect(begun).toEqual(['bad']);
    expect(await letters()).toEqual([]);
  });

  it('becomes a dead letter again when the branch fails again', async () => {
    const id = await failed('two', ['bad']);
    broken = new Set(['bad']);

    await bus.jobs.deadLetters.retry(id);

    const again = await waitUntil(async () => {
      const job = await bus.jobs.find(id);
      return job?.state === 'failed' && job.history.length === 2 ? job : undefined;
    });
    expect(again).toMatchObject({ history: [{ replay: 0 }, { replay: 1 }] });
    broken = new Set();
    await bus.jobs.deadLetters.retry(id);
    expect(await completed(id)).toMatchObject({ result: 'finished' });
  });

  it('runs branches that were dropped because another one failed', async () => {
    broken = new Set(['bad']);
    const id = await composed('dropping');
    // If `bad` failed before `gate` has started, `gate` would be dropped, too.
    await waitUntil(() => gates.has('gate'));
    await letGo('bad');
    expect(await bus.waitForJob(id)).toMatchObject({ state: 'failed' });
    broken = new Set();
    await letGo('gate');

    await bus.jobs.deadLetters.retry(id);

    expect(await completed(id)).toMatchObject({ result: 'finished' });
    expect(begun.toSorted()).toEqual(['bad', 'bad', 'gate', 'later']);
    expect(finished).toEqual([{ bad: { got: 'bad' }, gate: { got: 'gate' }, later: { got: 'later' } }]);
  });

  it('runs the failed branches of a list again of which too few succeeded', async () => {
    const id = await failed('list', ['b']);

    await bus.jobs.deadLetters.retry(id);

    expect(await completed(id)).toMatchObject({ result: 'finished' });
    expect(begun).toEqual(['b']);
    expect(finished).toEqual([{ list: [{ got: 'a' }, { got: 'b' }] }]);
  });

  it('runs only its last service again if that failed', async () => {
    const id = await failed('two', ['finish']);

    await bus.jobs.deadLetters.retry(id);

    expect(await completed(id)).toMatchObject({ result: 'finished' });
    expect([begun, finished.length]).toEqual([[], 1]);
  });

  it('cannot be retried after the dead letter of its branch was dropped', async () => {
    const id = await failed('two', ['bad']);
    const branch = await letterOf('part.get');
    await bus.jobs.deadLetters.drop(branch);

    await expect(bus.jobs.deadLetters.retry(id)).rejects.toThrow(
      `${id} cannot be retried: the dead letter ${branch} of its branch was removed. Submit the composite again`,
    );
    expect(await bus.jobs.find(id)).toMatchObject({ state: 'failed' });
  });
});

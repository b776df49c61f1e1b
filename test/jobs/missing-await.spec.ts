import { BusService, type JobReceipt, Service } from 'trunkline';
import { waitUntil } from '@trunkline/testing';
import { describeOnEveryStore, type JobBus, type TestJobStore, startJobBus } from './job-bus';

@BusService({ name: 'part' })
class Part extends Service {
  async handle() {
    return 'here';
  }
}

@BusService({ name: 'careless' })
class Careless extends Service<{ isAwaited: boolean }> {
  async handle() {
    const w = this.invoke(Part, {});
    return { list: [this.request.input.isAwaited ? await w : w] };
  }
}

@BusService({ name: 'submit' })
class Submit extends Service<{ input: unknown }, JobReceipt> {
  handle() {
    return this.invokeAsyncDynamic('careless', this.request.input.input);
  }
}

@BusService({ name: 'submit.promise' })
class SubmitPromise extends Service {
  handle() {
    return this.invokeAsyncDynamic('part', { w: this.invoke(Part, {}) });
  }
}

describeOnEveryStore('a job with a promise that is not awaited', (open) => {
  let store: TestJobStore;
  let bus: JobBus;
  const submit = async (isAwaited: boolean) =>
    (await bus.bus.invoker.invoke('submit', { input: { isAwaited } })) as JobReceipt;
  beforeAll(async () => {
    store = await open();
    bus = await startJobBus(store, { services: [Part, Careless, Submit, SubmitPromise] });
    // A job waits at most a second for a store that is being opened.
    await bus.waitForJob((await waitUntil(() => submit(true).catch(() => undefined))).id);
  }, 60_000);
  afterAll(async () => {
    await bus?.stop();
    await store?.stop();
  }, 30_000);

  it('in its result becomes a dead letter after one attempt, and the log names the member', async () => {
    const { id } = await submit(false);

    const { state, attempts } = await bus.waitForJob(id);

    expect({ state, attempts }).toEqual({ state: 'failed', attempts: 1 });
    expect(JSON.stringify(bus.readLog().filter(({ level }) => level === 'error'))).toContain(
      'the result of careless holds a promise at /list/0: is an await missing?',
    );
  });

  it('in its input is rejected', async () => {
    await expect(bus.bus.invoker.invoke('submit.promise', {})).rejects.toMatchObject({
      kind: 'internal',
      message: 'the input of a job holds a promise at /w: is an await missing?',
    });
  });
});

import { BusService, type JobReceipt, Service } from 'trunkline';
import { describeWithServer } from '../servers/describe-with-server';
import { RedisServer } from '../servers/redis-server';
import { waitUntil } from '@trunkline/testing';
import { type JobBus, type TestJobStore, startJobBus } from './job-bus';

/** Started attempts. */
const started: { readonly key: string; readonly attempt: number | undefined; readonly signal: AbortSignal }[] = [];
const release = new Map<string, () => void>();

@BusService({ name: 'wait' })
class Wait extends Service<{ key: string }> {
  async handle() {
    const { key } = this.request.input;
    started.push({ key, attempt: this.request.job?.attempt, signal: this.signal });
    await new Promise<void>((resolve) => release.set(key, resolve));
    return key;
  }
}

@BusService({ name: 'submit' })
class Submit extends Service<{ key: string }> {
  handle() {
    return this.invokeAsync(Wait, this.request.input, { attempts: 1 });
  }
}

describeWithServer('redis', 'a bus that shuts down', () => {
  let server: RedisServer;
  let store: TestJobStore;

  beforeAll(async () => {
    server = await RedisServer.start();
    store = { jobs: { backend: server.url }, stop: () => server.stop() };
  });
  afterAll(() => server.stop());

  const start = (grace: string) =>
    startJobBus(store, {
      services: [Wait, Submit],
      config: { 'ending.yaml': `bus: { shutdown: { grace: ${grace} } }` },
    });
  const submit = async (bus: JobBus, key: string) => (await bus.bus.invoker.invoke(Submit, { key })) as JobReceipt;
  const waitForStart = (key: string, times = 1) =>
    waitUntil(() => {
      const attempts = started.filter((each) => each.key === key);
      return attempts.length === times ? attempts.at(-1) : undefined;
    });

  it('lets running jobs finish, and takes no more', async () => {
    const bus = await start('10s');
    const { id } = await submit(bus, 'ends');
    await waitForStart('ends');

    const stopped = bus.stop();
    release.get('ends')?.();
    expect(await stopped).toBe(true);

    const next = await start('10s');
    expect(await next.jobs.find(id)).toMatchObject({ state: 'completed', result: 'ends', attempts: 1 });
    await next.stop();
  });

  it('releases a job that outlasts the grace period: its signal aborts, and no attempt is lost', async () => {
    const bus = await start('200ms');
    const { id } = await submit(bus, 'lasts');
    const first = await waitForStart('lasts');
    expect(await bus.stop()).toBe(true);
    expect(first.signal.reason).toMatchObject({ code: 'SHUTTING_DOWN' });

    const next = await start('10s');
    const second = await waitForStart('lasts', 2);
    release.get('lasts')?.();

    expect(second.attempt).toBe(1);
    expect(await next.waitForJob(id)).toMatchObject({ state: 'completed', attempts: 1 });
    await next.stop();
  });
});

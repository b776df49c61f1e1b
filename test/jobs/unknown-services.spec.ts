import { RegisteredService } from '@trunkline/service';
import { BusService, Service } from 'trunkline';
import type { TestBusOptions } from '../running-bus';
import { describeOnEveryStore, waitUntil, type JobBus, type TestJobStore, startJobBus } from './job-bus';

@BusService({ name: 'late' })
class Late extends Service {
  handle() {
    return this.request.job?.attempt;
  }
}

@BusService({ name: 'early' })
class Early extends Service {
  handle() {}
}

/** A host that is older than the service, and one that has it. */
const OLD = { services: [Early] };
const NEW = { services: [Early, Late] };

describeOnEveryStore('a job for a service that a host does not have', (open, kind) => {
  let store: TestJobStore;
  let old: JobBus;
  const hosts = new Set<JobBus>();

  beforeAll(async () => {
    store = await open();
  }, 60_000);
  afterEach(() => Promise.all([...hosts].map(stop)));
  afterAll(() => store?.stop(), 30_000);

  const start = async (parts: TestBusOptions, jobs: Readonly<Record<string, unknown>> = {}) => {
    const host = await startJobBus(store, parts, jobs);
    hosts.add(host);
    return host;
  };
  const stop = (host: JobBus) => {
    hosts.delete(host);
    return host.stop();
  };
  const handIn = () =>
    waitUntil(async () => {
      const service = new RegisteredService({ name: 'late' }, Late);
      const job = { service, input: {}, options: { attempts: 1 }, origin: { cid: 'CID' } };
      return (await old.jobs.enqueue(job).catch(() => undefined))?.id;
    });
  const warnings = () => old.readLog().filter(({ level, service }) => level === 'warn' && service === 'late');

  it('goes back without having lost an attempt, for a host that has it', async () => {
    old = await start(OLD);
    const id = await handIn();
    await waitUntil(() => warnings().length === 1 || undefined);
    const waiting = await waitUntil(async () => {
      const job = await old.jobs.find(id);
      return job?.state === 'queued' ? job : undefined;
    });
    // An embedded store has one host at a time.
    if (kind === 'embedded') await stop(old);

    const ended = await (await start(NEW)).waitForJob(id);

    expect(waiting).toMatchObject({ attempts: 0, history: [] });
    expect(ended).toMatchObject({ state: 'completed', attempts: 1, result: 1 });
    expect(warnings()).toHaveLength(1);
  }, 120_000);

  it('is a dead letter when no host has had it for as long as the configuration says', async () => {
    old = await start(OLD, { unknownService: { for: '1500ms' } });
    const id = await handIn();

    const letter = await old.waitForJob(id);

    expect(letter).toMatchObject({ state: 'failed', attempts: 1, failure: { code: 'INTERNAL_ERROR' } });
    expect(letter.failure?.message).toContain('has the service late: deploy it');
    await expect(old.jobs.deadLetters.find(id)).resolves.toMatchObject({ id, history: [{ attempt: 1 }] });
  }, 120_000);
});

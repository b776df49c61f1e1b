import { RegisteredService } from '@trunkline/service';
import { BusService, type JobView, Service } from 'trunkline';
import type { TestBusOptions } from '../running-bus';
import { waitUntil } from '@trunkline/testing';
import { describeScenario, startJobBus, startJobStore, type JobBus, type StoreKind } from './job-bus';

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

/** A host without the service, and one with it. */
const OLD = { services: [Early] };
const NEW = { services: [Early, Late] };

interface Outcome {
  /** The job while only the old host runs, and after the new one has started. */
  readonly released: JobView;
  readonly finished: JobView;
  readonly warnings: number;
  /** The job that no host has a service for, as a job and as a dead letter. */
  readonly failed: JobView;
  readonly deadLetter: JobView | undefined;
}

const enqueue = (host: JobBus) =>
  waitUntil(async () => {
    const service = new RegisteredService({ name: 'late' }, Late);
    const job = { service, input: {}, options: { attempts: 1 }, origin: { cid: 'CID' } };
    return (await host.jobs.enqueue(job).catch(() => undefined))?.id;
  });
const countWarnings = (host: JobBus) =>
  host.readLog().filter(({ level, service }) => level === 'warn' && service === 'late').length;

async function deploy(kind: StoreKind): Promise<Outcome> {
  const store = await startJobStore(kind);
  const hosts = new Set<JobBus>();
  const start = async (options: TestBusOptions, jobs: Readonly<Record<string, unknown>> = {}) => {
    const host = await startJobBus(store, options, jobs);
    hosts.add(host);
    return host;
  };
  const stop = (host: JobBus) => {
    hosts.delete(host);
    return host.stop();
  };
  try {
    const impatient = await start(OLD, { unknownService: { for: '300ms' } });
    const failed = await impatient.waitForJob(await enqueue(impatient));
    const deadLetter = await impatient.jobs.deadLetters.find(failed.id);
    await stop(impatient);

    const old = await start(OLD);
    const id = await enqueue(old);
    await waitUntil(() => countWarnings(old) === 1 || undefined);
    // The old host takes the job again and again: what is found may be newer than its state.
    const released = await waitUntil(async () => {
      const job = await old.jobs.find(id);
      return job?.state === 'queued' && job.attempts === 0 ? job : undefined;
    });
    // An embedded store has one host at a time.
    if (kind === 'embedded') await stop(old);
    const finished = await (await start(NEW)).waitForJob(id);
    return { released, finished, warnings: countWarnings(old), failed, deadLetter };
  } finally {
    await Promise.all([...hosts].map(stop));
    await store.stop();
  }
}

describeScenario('a job for a service that a host does not have', {
  execute: deploy,
  tests: (outcome) => {
    it('is released without costing an attempt, for a host with the service', async () => {
      const { released, finished, warnings } = await outcome();

      expect(released).toMatchObject({ attempts: 0, history: [] });
      expect(finished).toMatchObject({ state: 'completed', attempts: 1, result: 1 });
      expect(warnings).toBe(1);
    }, 120_000);

    it('is a dead letter when no host has had the service for as long as the configuration says', async () => {
      const { failed, deadLetter } = await outcome();

      expect(failed).toMatchObject({ state: 'failed', attempts: 1, failure: { code: 'INTERNAL_ERROR' } });
      expect(failed.failure?.message).toContain('has the service late: deploy it');
      expect(deadLetter).toMatchObject({ id: failed.id, history: [{ attempt: 1 }] });
    }, 120_000);
  },
});

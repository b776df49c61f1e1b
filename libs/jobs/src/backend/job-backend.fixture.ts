import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from 'bullmq';
import type { JobBackend, JobWorker } from './job-backend';
import { measureTime, waitUntil } from '@trunkline/testing';
import { retryUntilSuccess } from './retry-until-success.fixture';

/** Contract of every store of jobs. The suite opens the store once. */
export function describeJobBackendContract(open: () => Promise<JobBackend>): void {
  let backend: JobBackend;
  beforeAll(async () => {
    backend = await open();
    // The first statement of a new database may take longer than the time limit of a call, on a busy machine.
    await retryUntilSuccess(() => backend.call(() => backend.createQueue('warm').add('up', {})));
  }, 60_000);
  afterAll(() => backend.close());

  it('runs a job and stores its result', async () => {
    const name = randomUUID();
    const queue = backend.createQueue<Input>(name);
    const worker = backend.createWorker<Input>(name, async ({ data }) => ({ sum: data.a + 1 }));

    await backend.call(() => queue.add('sum', { a: 1, text: `{"quoted" 'twice' \\ ünï}` }, { jobId: 'sum-1' }));
    await waitForCompletion(worker, 'sum-1');

    const job = await backend.call(() => queue.getJob('sum-1'));
    expect(job?.returnvalue).toEqual({ sum: 2 });
    expect(job?.data).toEqual({ a: 1, text: `{"quoted" 'twice' \\ ünï}` });
  });

  it('stores any JSON: job data, their update, results of jobs and of children, and the data of schedulers', async () => {
    const [name, children, ticks] = [randomUUID(), randomUUID(), randomUUID()];
    const odd = { 'key\0': ['\0', '\ud800', '\udc00x', '\uFDD00000', String.raw`\u0000`, 'ü\u{1f600}'] };
    const [queue, ticking] = [backend.createQueue(name), backend.createQueue(ticks)];
    backend.createQueue(children);
    const seen: unknown[] = [];
    backend.createWorker(children, async ({ data }) => data);
    backend.createWorker(ticks, async ({ data }) => seen.push(data));
    const worker = backend.createWorker(name, async (job) => {
      await job.updateData({ updated: odd, was: job.data });
      return Object.values(await job.getChildrenValues());
    });

    await backend.call(() => ticking.upsertJobScheduler('tick', { every: 50 }, { name: 'tick', data: odd }));
    const child = { name: 'child', queueName: children, data: odd };
    await backend.call(() =>
      backend
        .createFlowProducer()
        .add({ name: 'parent', queueName: name, data: odd, opts: { jobId: 'odd' }, children: [child] }),
    );
    await waitForCompletion(worker, 'odd');
    await backend.call(() => queue.add('alone', odd, { jobId: 'alone', delay: 60_000 }));
    await waitUntil(async () => seen.length >= 2);
    await backend.call(() => ticking.removeJobScheduler('tick'));

    const job = await queue.getJob('odd');
    expect([job?.data, job?.returnvalue]).toEqual([{ updated: odd, was: odd }, [odd]]);
    expect((await queue.getJob('alone'))?.data).toEqual(odd);
    expect(seen.slice(0, 2)).toEqual([odd, odd]);
  });

  it('retries a failed job until its attempts are used up', async () => {
    const name = randomUUID();
    const queue = backend.createQueue(name);
    const worker = backend.createWorker(name, async () => {
      throw new Error('not yet');
    });

    await backend.call(() =>
      queue.add('fail', {}, { jobId: 'fail-1', attempts: 3, backoff: { type: 'exponential', delay: 10 } }),
    );
    await waitUntil(async () => (await queue.getJobState('fail-1')) === 'failed');

    const job = await backend.call(() => queue.getJob('fail-1'));
    expect(job).toMatchObject({ attemptsMade: 3, failedReason: 'not yet' });
    await worker.close();
  });

  it('delays a job', async () => {
    const name = randomUUID();
    const queue = backend.createQueue(name);
    const worker = backend.createWorker(name, async () => Date.now());

    const job = await backend.call(() => queue.add('later', {}, { jobId: 'later-1', delay: 300 }));
    await waitForCompletion(worker, 'later-1');

    const ranAt = (await queue.getJob('later-1'))?.returnvalue;
    expect(ranAt).toBeGreaterThanOrEqual(job.timestamp + 300);
  });

  it('adds a job once for each id', async () => {
    const queue = backend.createQueue(randomUUID());

    for (let i = 0; i < 3; i += 1) await backend.call(() => queue.add('same', { i }, { jobId: 'same-1' }));

    expect(await queue.count()).toBe(1);
    expect((await queue.getJob('same-1'))?.data).toEqual({ i: 0 });
  });

  it('adds no second job with the same deduplication id', async () => {
    const queue = backend.createQueue(randomUUID());
    const add = () => backend.call(() => queue.add('same', {}, { deduplication: { id: 'order-7' } }));

    const [first, second] = [await add(), await add()];

    expect(second.id).toBe(first.id);
  });

  it('fires a scheduler until it is removed', async () => {
    const name = randomUUID();
    const queue = backend.createQueue(name);
    const ticks: string[] = [];
    backend.createWorker(name, async (job) => ticks.push(job.id ?? ''));

    await backend.call(() => queue.upsertJobScheduler('tick', { every: 50 }, { name: 'tick' }));
    await waitUntil(async () => ticks.length >= 3);
    await backend.call(() => queue.removeJobScheduler('tick'));

    expect(new Set(ticks).size).toBe(ticks.length);
    expect(await queue.getJobSchedulersCount()).toBe(0);
  });

  it('runs the children of a flow before their parent', async () => {
    const [parents, children] = [randomUUID(), randomUUID()];
    backend.createQueue(children);
    const queue = backend.createQueue(parents);
    const ran: string[] = [];
    backend.createWorker(children, async (job) => ran.push(job.name));
    const worker = backend.createWorker(parents, async (job) => [
      ...ran,
      Object.values(await job.getChildrenValues()).length,
    ]);

    await backend.call(() =>
      backend.createFlowProducer().add({
        name: 'parent',
        queueName: parents,
        opts: { jobId: 'parent-1' },
        children: [
          { name: 'child', queueName: children },
          { name: 'child', queueName: children },
        ],
      }),
    );
    await waitForCompletion(worker, 'parent-1');

    expect((await queue.getJob('parent-1'))?.returnvalue).toEqual(['child', 'child', 2]);
  });

  it('gives a job to another worker when its lock has expired', async () => {
    const name = randomUUID();
    const queue = backend.createQueue(name);
    const crashed = backend.createWorker(name, undefined, { autorun: false, lockDuration: 100 });
    await backend.call(() => queue.add('stall', {}, { jobId: 'stall-1' }));
    const taken = await crashed.getNextJob('token-1');

    const worker = backend.createWorker(name, async () => 'done', { stalledInterval: 100 });
    await waitForCompletion(worker, 'stall-1');

    expect(taken?.id).toBe('stall-1');
    await expect(taken?.moveToCompleted('late', 'token-1')).rejects.toThrow(/lock|active/);
  });

  it('throws errors about the call itself unchanged', async () => {
    const queue = backend.createQueue(randomUUID());
    const job = await backend.call(() => queue.add('gone', {}));
    await job.remove();

    const update = backend.call(() => job.updateData({ a: 1 }));

    await expect(update).rejects.toThrow(/Missing key/);
    await expect(update).rejects.not.toHaveProperty('code', 'STORE_UNAVAILABLE');
  });

  it('aborts a call after a second', async () => {
    const { tookMs } = await measureTime(async () => {
      const call = backend.call(() => new Promise(() => undefined));
      await expect(call).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryAfter: 1 });
    });

    expect(tookMs).toBeLessThan(1_500);
  });

  it('aborts a call at the deadline that several calls share', async () => {
    const { tookMs } = await measureTime(async () => {
      const call = backend.call(() => new Promise(() => undefined), performance.now() + 100);
      await expect(call).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    });

    expect(tookMs).toBeLessThan(900);
  });
}

/** An outage that a test causes and ends. */
export interface Outage {
  readonly name: string;
  readonly durationMs: number;
  start(): Promise<void> | void;
  end(): Promise<void> | void;
}

/** Contract of every store during and after an outage. */
export function describeOutageContract(
  store: () => { backend: JobBackend; lines: readonly string[] },
  outages: readonly Outage[],
): void {
  it.each(outages)('rejects calls within a second while the store $name, and continues afterwards', async (outage) => {
    const { backend } = store();
    const name = randomUUID();
    const queue = backend.createQueue(name);
    const worker = backend.createWorker(name, async () => 'done');
    await backend.call(() => queue.add('before', {}, { jobId: 'before' }));
    await waitForCompletion(worker, 'before');

    await outage.start();
    const startedAt = performance.now();
    const rejectionTimesMs: number[] = [];
    for (let i = 0; i < 3; i += 1)
      rejectionTimesMs.push(await measureRejectionMs(backend, () => queue.add('during', {}, { jobId: `during-${i}` })));
    await sleep(outage.durationMs - (performance.now() - startedAt));
    await outage.end();
    const { tookMs: recoveryMs } = await measureTime(async () => {
      await retryUntilSuccess(() => backend.call(() => queue.add('after', {}, { jobId: 'after' })));
      await waitUntil(async () => (await queue.getJobState('after').catch(() => '')) === 'completed');
    });

    expect(Math.max(...rejectionTimesMs)).toBeLessThan(1_500);
    expect(recoveryMs).toBeLessThan(6_000);
    await worker.close();
  });

  it('logs the start and the end of an outage once', () => {
    const lines = store().lines.filter((line) => /respond|available/.test(line));

    expect(lines.slice(0, 2)).toEqual([
      'warn: the job store does not respond',
      'info: the job store is available again',
    ]);
    // Another outage within a minute is not logged.
    expect(lines).toHaveLength(2);
  });
}

interface Input {
  readonly a: number;
  readonly text: string;
}

async function measureRejectionMs(backend: JobBackend, work: () => Promise<unknown>): Promise<number> {
  const call = () => expect(backend.call(work)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  return (await measureTime(call)).tookMs;
}

async function waitForCompletion<D, R>(worker: JobWorker<D, R>, id: string): Promise<void> {
  for (;;) {
    const [job]: Job[] = await once(worker, 'completed');
    if (job?.id === id) return;
  }
}

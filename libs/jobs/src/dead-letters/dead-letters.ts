import { FlowReplay } from '../flows/flow-replay';
import type { JobData } from '../queues/job-data';
import { type JobView, toJobView } from '../queues/job-view';
import { createReplayData } from './replay-data';
import type { JobStore, StoredJob } from '../queues/job-store';

/** Jobs that failed for good, kept with their input, failure and attempts. */
export class DeadLetters {
  readonly #flowReplay: FlowReplay;

  constructor(private readonly store: JobStore) {
    this.#flowReplay = new FlowReplay(store);
  }

  /** Lists the latest dead letters, newest first. */
  async list(limit: number): Promise<readonly JobView[]> {
    const found: JobView[] = [];
    for (const queue of await this.store.listQueues()) {
      const jobs = await this.store.call((backend) => this.store.openQueue(backend, queue).getFailed(0, limit - 1));
      found.push(...jobs.map((job) => toJobView(job, 'failed')));
    }
    return found.toSorted((a, b) => getFailedAtMs(b) - getFailedAtMs(a)).slice(0, limit);
  }

  /** Finds a dead letter by its id; `undefined` if there is none. */
  async find(id: string): Promise<JobView | undefined> {
    const job = await this.#findDeadLetter(id);
    return job && toJobView(job, 'failed');
  }

  /**
   * Queues a dead letter again, with all its attempts. It keeps its id and history. Of a durable composite that failed because of a
   * branch, only the failed branches run again. Retrying the dead letter of such a branch retries the composite.
   *
   * @returns whether there is such a dead letter
   * @throws {ConflictError} for a composite whose branches are no longer stored
   */
  async retry(id: string): Promise<boolean> {
    const deadLetter = await this.#findDeadLetter(id);
    if (!deadLetter) return false;
    const composite = (await this.#flowReplay.findFailedComposite(deadLetter)) ?? deadLetter;
    if (!(await this.#retryFlow(composite))) await this.#requeue(deadLetter, createReplayData(deadLetter));
    return true;
  }

  /** Removes a dead letter. @returns whether there was one */
  async drop(id: string): Promise<boolean> {
    const job = await this.#findDeadLetter(id);
    if (!job) return false;
    await this.store.call(() => job.remove());
    return true;
  }

  /** @returns whether the job is a composite that failed because of its branches */
  async #retryFlow(composite: StoredJob): Promise<boolean> {
    const data = createReplayData(composite);
    const replay = await this.#flowReplay.prepare({ job: composite, data });
    if (!replay) return false;
    await this.#requeue(composite, { ...data, ...replay.data });
    for (const branch of replay.deadLetters) await this.store.call(() => branch.remove());
    return true;
  }

  #requeue(job: StoredJob, data: JobData): Promise<void> {
    return this.store.call(async () => {
      await job.updateData(data);
      await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
    });
  }

  async #findDeadLetter(id: string): Promise<StoredJob | undefined> {
    const found = await this.store.find(id);
    return found?.state === 'failed' ? found.job : undefined;
  }
}

function getFailedAtMs({ failedAt }: JobView): number {
  return failedAt?.getTime() ?? 0;
}

import { FlowReplay } from '../flows/flow-replay';
import type { JobData } from '../queues/job-data';
import { type JobView, toJobView } from '../queues/job-view';
import { createReplayData } from './replay-data';
import type { JobStore, StoredJob } from '../queues/job-store';

/** Jobs that have used up their attempts, kept with their input, their failure and their attempts. */
export class DeadLetters {
  readonly #flowReplay: FlowReplay;

  constructor(private readonly store: JobStore) {
    this.#flowReplay = new FlowReplay(store);
  }

  /** The latest ones, the newest first. @param most - of them */
  async list(most: number): Promise<readonly JobView[]> {
    const found: JobView[] = [];
    for (const lane of await this.store.listQueues()) {
      const jobs = await this.store.call((backend) => this.store.openQueue(backend, lane).getFailed(0, most - 1));
      found.push(...jobs.map((job) => toJobView(job, 'failed')));
    }
    return found.toSorted((a, b) => getFailedAtMs(b) - getFailedAtMs(a)).slice(0, most);
  }

  /** One of them; `undefined` when no job of this id is one. */
  async find(id: string): Promise<JobView | undefined> {
    const job = await this.#findDeadLetter(id);
    return job && toJobView(job, 'failed');
  }

  /**
   * Puts one back to be tried again, as often as at first. It keeps its id and its history. A durable composite that failed
   * because of a branch goes on from there: the branches that failed are tried again, what the others gave stays. So it does when
   * it is the dead letter of such a branch that is retried.
   *
   * @returns whether there is one
   * @throws {ConflictError} for a composite whose branches are no longer kept
   */
  async retry(id: string): Promise<boolean> {
    const letter = await this.#findDeadLetter(id);
    if (!letter) return false;
    const composite = (await this.#flowReplay.findFailedComposite(letter)) ?? letter;
    if (!(await this.#retryFlow(composite))) await this.#requeue(letter, createReplayData(letter));
    return true;
  }

  /** Removes one for good. @returns whether there was one */
  async drop(id: string): Promise<boolean> {
    const job = await this.#findDeadLetter(id);
    if (!job) return false;
    await this.store.call(() => job.remove());
    return true;
  }

  /** @returns whether it is a composite that has failed because of its branches */
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

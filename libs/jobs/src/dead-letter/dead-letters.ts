import { FlowReplay } from '../flow/flow-replay';
import type { JobData } from '../job/job-data';
import { type JobView, viewOf } from '../job/job-view';
import { replayed } from '../job/replayed';
import type { JobStore, StoredJob } from '../job-store';

/** Jobs that have used up their attempts, kept with their input, their failure and their attempts. */
export class DeadLetters {
  readonly #flows: FlowReplay;

  constructor(private readonly store: JobStore) {
    this.#flows = new FlowReplay(store);
  }

  /** The latest ones, the newest first. @param most - of them */
  async list(most: number): Promise<readonly JobView[]> {
    const found: JobView[] = [];
    for (const lane of await this.store.lanes()) {
      const jobs = await this.store.call((backend) => this.store.queue(backend, lane).getFailed(0, most - 1));
      found.push(...jobs.map((job) => viewOf(job, 'failed')));
    }
    return found.toSorted((a, b) => timeOf(b) - timeOf(a)).slice(0, most);
  }

  /** One of them; `undefined` when no job of this id is one. */
  async find(id: string): Promise<JobView | undefined> {
    const job = await this.#find(id);
    return job && viewOf(job, 'failed');
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
    const letter = await this.#find(id);
    if (!letter) return false;
    const composite = (await this.#flows.compositeOf(letter)) ?? letter;
    if (!(await this.#putBackFlow(composite))) await this.#putBack(letter, replayed(letter));
    return true;
  }

  /** Removes one for good. @returns whether there was one */
  async drop(id: string): Promise<boolean> {
    const job = await this.#find(id);
    if (!job) return false;
    await this.store.call(() => job.remove());
    return true;
  }

  /** @returns whether it is a composite that has failed because of its branches */
  async #putBackFlow(composite: StoredJob): Promise<boolean> {
    const data = replayed(composite);
    const replay = await this.#flows.of({ job: composite, data });
    if (!replay) return false;
    await this.#putBack(composite, { ...data, ...replay.kept });
    for (const branch of replay.letters) await this.store.call(() => branch.remove());
    return true;
  }

  #putBack(job: StoredJob, data: JobData): Promise<void> {
    return this.store.call(async () => {
      await job.updateData(data);
      await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
    });
  }

  async #find(id: string): Promise<StoredJob | undefined> {
    const found = await this.store.find(id);
    return found?.state === 'failed' ? found.job : undefined;
  }
}

function timeOf({ failedAt }: JobView): number {
  return failedAt?.getTime() ?? 0;
}

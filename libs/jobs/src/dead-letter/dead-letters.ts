import { jobData } from '../job/job-data';
import { type JobView, viewOf } from '../job/job-view';
import type { JobStore, StoredJob } from '../job-store';

/** Of a job that is retried again and again. */
const MOST_ATTEMPTS_KEPT = 200;

/** Jobs that have used up their attempts, kept with their input, their failure and their attempts. */
export class DeadLetters {
  constructor(private readonly store: JobStore) {}

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

  /** Puts one back to be tried again, as often as at first. It keeps its id and its history. @returns whether there is one */
  async retry(id: string): Promise<boolean> {
    const job = await this.#find(id);
    if (!job) return false;
    const data = jobData.parse(job.data);
    const earlier = viewOf(job, 'failed').history.slice(-MOST_ATTEMPTS_KEPT);
    await this.store.call(async () => {
      await job.updateData({ ...data, returned: 0, replays: data.replays + 1, earlier });
      await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
    });
    return true;
  }

  /** Removes one for good. @returns whether there was one */
  async drop(id: string): Promise<boolean> {
    const job = await this.#find(id);
    if (!job) return false;
    await this.store.call(() => job.remove());
    return true;
  }

  async #find(id: string): Promise<StoredJob | undefined> {
    const found = await this.store.find(id);
    return found?.state === 'failed' ? found.job : undefined;
  }
}

function timeOf({ failedAt }: JobView): number {
  return failedAt?.getTime() ?? 0;
}

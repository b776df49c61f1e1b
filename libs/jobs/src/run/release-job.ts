import type { JobData } from '../queues/job-data';
import type { StoredJob } from '../queues/job-store';
import { JobReleasedError } from './job-released-error';

/** A job that this host has taken, and its lock. */
export interface ActiveJob {
  readonly job: StoredJob;
  /** Identifies the lock. */
  readonly token: string;
  readonly data: JobData;
}

/**
 * Puts a job back into its queue. The attempt that was started does not count.
 *
 * @throws {JobReleasedError} for BullMQ
 */
export async function releaseJob({ job, token, data }: ActiveJob): Promise<never> {
  await discountAttempt({ job, data });
  await job.moveToWait(token);
  throw new JobReleasedError('the host is shutting down');
}

/**
 * Puts a job back into its queue, to be taken after a delay. The attempt that was started does not count.
 *
 * @throws {JobReleasedError} for BullMQ
 */
export async function delayJob({ job, token, data }: ActiveJob, delayMs: number): Promise<never> {
  await discountAttempt({ job, data });
  await job.moveToDelayed(Date.now() + delayMs, token);
  throw new JobReleasedError('it runs later');
}

/**
 * Puts the last job of a durable composite back until its branches have finished. The attempt that was started does not count.
 *
 * @throws {JobReleasedError} for BullMQ
 */
export async function suspendForBranches({ job, token, data }: ActiveJob): Promise<never> {
  await discountAttempt({ job, data });
  // The last branch may have finished in the meantime.
  if (!(await job.moveToWaitingChildren(token))) await job.moveToWait(token);
  throw new JobReleasedError('it waits for its branches');
}

async function discountAttempt({ job, data }: Pick<ActiveJob, 'job' | 'data'>): Promise<void> {
  await job.updateData({ ...data, returned: data.returned + 1 });
}

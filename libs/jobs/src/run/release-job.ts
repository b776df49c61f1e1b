import type { JobData } from '../queues/job-data';
import type { StoredJob } from '../queues/job-store';
import { JobReleasedError } from './job-released-error';

/** A job that has been taken, and the lock on it. */
export interface ActiveJob {
  readonly job: StoredJob;
  readonly token: string;
  readonly data: JobData;
}

/**
 * Puts a job back to where it was taken from; the attempt that was begun does not count.
 *
 * @throws {JobReleasedError} for BullMQ
 */
export async function releaseJob({ job, token, data }: ActiveJob): Promise<never> {
  await discountAttempt({ job, data });
  await job.moveToWait(token);
  throw new JobReleasedError('the host is ending');
}

/** As {@link releaseJob}, but it is not to be taken again before some time has passed. @param data - what is kept of it */
export async function delayJob({ job, token, data }: ActiveJob, ms: number): Promise<never> {
  await discountAttempt({ job, data });
  await job.moveToDelayed(Date.now() + ms, token);
  throw new JobReleasedError('it is to run later');
}

/** As {@link releaseJob}, but it is not to be taken again before its branches have ended. */
export async function suspendForBranches({ job, token, data }: ActiveJob): Promise<never> {
  await discountAttempt({ job, data });
  // The last of them may have ended meanwhile.
  if (!(await job.moveToWaitingChildren(token))) await job.moveToWait(token);
  throw new JobReleasedError('it waits for its branches');
}

async function discountAttempt({ job, data }: Pick<ActiveJob, 'job' | 'data'>): Promise<void> {
  await job.updateData({ ...data, returned: data.returned + 1 });
}

import type { JobData } from '../job/job-data';
import type { StoredJob } from '../job-store';
import { OutOfHandsError } from './out-of-hands-error';

/** A job that has been taken, and the lock on it. */
export interface TakenJob {
  readonly job: StoredJob;
  readonly token: string;
  readonly data: JobData;
}

/**
 * Puts a job back to where it was taken from; the attempt that was begun does not count.
 *
 * @throws {OutOfHandsError} for BullMQ
 */
export async function giveBack({ job, token, data }: TakenJob): Promise<never> {
  await uncount({ job, data });
  await job.moveToWait(token);
  throw new OutOfHandsError('the host is ending');
}

/** As {@link giveBack}, but it is not to be taken again before some time has passed. @param data - what is kept of it */
export async function postpone({ job, token, data }: TakenJob, ms: number): Promise<never> {
  await uncount({ job, data });
  await job.moveToDelayed(Date.now() + ms, token);
  throw new OutOfHandsError('it is to run later');
}

/** As {@link giveBack}, but it is not to be taken again before its branches have ended. */
export async function awaitBranches({ job, token, data }: TakenJob): Promise<never> {
  await uncount({ job, data });
  // The last of them may have ended meanwhile.
  if (!(await job.moveToWaitingChildren(token))) await job.moveToWait(token);
  throw new OutOfHandsError('it waits for its branches');
}

async function uncount({ job, data }: Pick<TakenJob, 'job' | 'data'>): Promise<void> {
  await job.updateData({ ...data, returned: data.returned + 1 });
}

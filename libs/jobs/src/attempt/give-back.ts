import type { JobData } from '../job/job-data';
import type { StoredJob } from '../job-store';

/**
 * Puts a job back to where it was taken from; the attempt that was begun does not count.
 *
 * @throws {Error} by whose name BullMQ knows that the job is no longer this host's
 */
export async function giveBack(job: StoredJob, token: string, data: JobData): Promise<never> {
  await job.updateData({ ...data, returned: data.returned + 1 });
  await job.moveToWait(token);
  throw Object.assign(new Error('the host is ending'), { name: 'WaitingError' });
}

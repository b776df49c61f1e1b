import { jobData } from '../queues/job-data';
import type { StoredJob } from '../queues/job-store';
import { isSuspectedPoison } from './poison-isolation';
import type { ActiveJob } from './release-job';

/** One attempt of a job that this host has taken. */
export interface JobAttempt extends ActiveJob {
  readonly id: string;
  /** From 1. Released attempts are not counted. */
  readonly number: number;
  /** Earlier attempts of the job crashed or blocked their process. */
  readonly isSuspectedPoison: boolean;
}

/**
 * Parses what BullMQ hands to a worker.
 *
 * @param token - of the lock that this host has on the job
 */
export function parseAttempt(job: StoredJob, token: string): JobAttempt {
  const data = jobData.parse(job.data);
  const number = job.attemptsStarted - data.returned;
  const crashes = number - 1 - job.attemptsMade;
  return {
    job,
    token,
    id: job.id ?? '',
    data,
    number,
    isSuspectedPoison: isSuspectedPoison(crashes, data.attempts),
  };
}

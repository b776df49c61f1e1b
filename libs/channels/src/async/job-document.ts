import type { FailureReply } from '../failure-reply';
import type { JobReport } from './job-access';

/** Seconds after which it is worth asking again for a job that has not ended. */
export const RETRY_AFTER = '1';

/** Is there nothing more to wait for? */
export function hasEnded({ state }: JobReport): boolean {
  return state === 'completed' || state === 'failed';
}

/** Where a job is to be asked for. */
export function pathOf({ id }: Pick<JobReport, 'id'>): string {
  return `/jobs/${id}`;
}

/** What a client is told of a job: how it stands, and what has come of it. A failure is a problem document, whatever the channel's format. */
export function documentOf({ result, failure, ...job }: JobReport, failures: FailureReply): object {
  const { id, service, state, attempts } = job;
  return {
    id,
    service,
    state,
    attempts,
    ...(result !== undefined && { result }),
    ...(failure && { problem: failures.problemOf(failure, job.cid) }),
  };
}

import type { ErrorResponder } from '@trunkline/http-server';
import type { JobStatus } from '@trunkline/service';

/** `Retry-After` of a job that has not ended, in seconds. */
export const RETRY_AFTER_SECONDS = '1';

/** Whether a job has completed or failed. */
export function hasEnded({ state }: JobStatus): boolean {
  return state === 'completed' || state === 'failed';
}

/** The path of a job. */
export function formatJobPath({ id }: Pick<JobStatus, 'id'>): string {
  return `/jobs/${id}`;
}

/** Creates the response body of a job. A failure is a problem document in every error format. */
export function toJobDocument({ result, failure, ...job }: JobStatus, failures: ErrorResponder): object {
  const { id, service, state, attempts } = job;
  return {
    id,
    service,
    state,
    attempts,
    ...(result !== undefined && { result }),
    ...(failure && { problem: failures.createProblem(failure, job.cid) }),
  };
}

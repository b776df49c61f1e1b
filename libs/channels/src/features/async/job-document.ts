import type { ErrorResponder } from '@trunkline/http-server';
import type { JobStatus } from '@trunkline/service';

/** Seconds after which it is worth asking again for a job that has not ended. */
export const RETRY_AFTER_SECONDS = '1';

/** Is there nothing more to wait for? */
export function hasEnded({ state }: JobStatus): boolean {
  return state === 'completed' || state === 'failed';
}

/** Where a job is to be asked for. */
export function formatJobPath({ id }: Pick<JobStatus, 'id'>): string {
  return `/jobs/${id}`;
}

/** What a client is told of a job: how it stands, and what has come of it. A failure is a problem document, whatever the channel's format. */
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

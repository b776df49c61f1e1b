import type { FailureRecord } from '../failure-records/failure-record';
import type { AttemptRecord } from '../queues/job-data';

/** Outcome of a failed attempt, for BullMQ. */
export interface AttemptFailure {
  readonly failure: FailureRecord;
  readonly attempt: AttemptRecord;
  /** Milliseconds until the next attempt; `undefined` if there is none, and the job is a dead letter. */
  readonly retryInMs: number | undefined;
}

/**
 * Tells BullMQ that an attempt failed. BullMQ stores an error's message as the reason of the failure and appends its stack to
 * the history of the job, in the same step in which the job changes its state: the failure and the attempt are stored there.
 */
export class AttemptFailedError extends Error {
  readonly retryInMs: number | undefined;

  constructor({ failure, attempt, retryInMs }: AttemptFailure) {
    super(JSON.stringify(failure));
    // BullMQ retries no error of this name.
    this.name = retryInMs === undefined ? 'UnrecoverableError' : 'AttemptFailedError';
    this.stack = JSON.stringify(attempt);
    this.retryInMs = retryInMs;
  }
}

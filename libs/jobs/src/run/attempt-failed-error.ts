import type { FailureRecord } from '../failure-records/failure-record';
import type { AttemptRecord } from '../queues/job-data';

/** What BullMQ is to do with a job whose attempt has failed. */
export interface AttemptFailure {
  readonly failure: FailureRecord;
  readonly attempt: AttemptRecord;
  /** Milliseconds to the next attempt; `undefined` when there is none, and the job is a dead letter. */
  readonly retryInMs: number | undefined;
}

/**
 * Tells BullMQ how an attempt ended. BullMQ keeps an error's text as the reason of the failure, and adds its stack to the history
 * of the job, both in the same step in which the job moves on: that is where the failure and its attempt are kept.
 */
export class AttemptFailedError extends Error {
  readonly retryInMs: number | undefined;

  constructor({ failure, attempt, retryInMs }: AttemptFailure) {
    super(JSON.stringify(failure));
    // By this name BullMQ knows that there is no use in another attempt.
    this.name = retryInMs === undefined ? 'UnrecoverableError' : 'AttemptFailedError';
    this.stack = JSON.stringify(attempt);
    this.retryInMs = retryInMs;
  }
}

import { type BusError, InternalError } from '@trunkline/failures';
import { computeEqualJitterBackoffMs } from '@trunkline/resilience';
import { type Logger, logOutcomeAs } from '@trunkline/telemetry';
import { createFailureRecord } from '../failure-records/failure-record';
import { FlowFailedError } from '../flows/flow-failed-error';
import { AttemptFailedError } from './attempt-failed-error';
import type { JobAttempt } from './job-attempt';
import { ResultNotStorableError } from './result-not-storable-error';
import { isRetryable } from './retryable';
import { UnknownServiceError } from './unknown-service-error';

/** Failures that every further attempt would have again. */
const PERMANENT_FAILURES = [FlowFailedError, ResultNotStorableError, UnknownServiceError];

/** Decides whether a failed attempt is retried, logs its outcome, and creates the error that tells BullMQ. */
export class AttemptReporter {
  constructor(private readonly logger: Logger) {}

  /** Logs a failed attempt, once. @returns the error for BullMQ: retry after a delay, or dead letter */
  reportFailure(attempt: JobAttempt, failure: BusError): AttemptFailedError {
    const { data, number } = attempt;
    const isLast = number >= data.attempts || isPermanent(failure);
    const retryInMs = isLast ? undefined : computeRetryDelayMs(attempt, failure);
    const fields = { attempt: number, attempts: data.attempts, ...(retryInMs !== undefined && { retryInMs }) };
    const message = isLast ? 'job failed and is now a dead letter' : 'job failed and will be retried';
    logOutcomeAs(isLast ? 'error' : 'warn', this.createLogger(attempt), { failure, fields, message });
    const record = {
      attempt: number,
      replay: data.replays,
      at: new Date().toISOString(),
      code: failure.code,
      message: failure.message,
    };
    return new AttemptFailedError({ failure: createFailureRecord(failure), attempt: record, retryInMs });
  }

  /** Reports a job whose last attempt started and never finished. */
  reportCrash(attempt: JobAttempt): AttemptFailedError {
    const { service, attempts } = attempt.data;
    const failure = new InternalError(
      `the last of ${attempts} attempts of ${service} never finished: its process crashed, or blocked its event loop for longer than bus.jobs.lock`,
    );
    return this.reportFailure({ ...attempt, number: attempts }, failure);
  }

  /** Logs an attempt whose result cannot be stored, because another host has the lock. */
  reportLockLost(attempt: JobAttempt): void {
    this.createLogger(attempt).warn(
      { attempt: attempt.number },
      'the lock of a job was lost; the result of the attempt is discarded',
    );
  }

  /** Creates a logger with the correlation id, service and id of a job. */
  createLogger({ id, data }: JobAttempt): Logger {
    return this.logger.child({ cid: data.cid, service: data.service, job: id });
  }
}

function isPermanent(failure: BusError): boolean {
  return PERMANENT_FAILURES.some((permanent) => failure instanceof permanent) || !isRetryable(failure);
}

function computeRetryDelayMs({ number, data }: JobAttempt, { retryAfter = 0 }: BusError): number {
  return Math.max(computeEqualJitterBackoffMs(number, data.backoff, Math.random), retryAfter * 1_000);
}

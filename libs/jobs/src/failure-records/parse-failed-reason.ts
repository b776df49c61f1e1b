import { type BusError, InternalError } from '@trunkline/failures';
import { tryParseJson } from './try-parse-json';
import { restoreFailure } from './restore-failure';
import { failureRecord } from './failure-record';

/** Parses BullMQ's reason of a failed job: a failure record, or a message of BullMQ itself. */
export function parseFailedReason(reason: string | undefined): BusError {
  const record = failureRecord.safeParse(tryParseJson(reason ?? ''));
  return record.success ? restoreFailure(record.data) : new InternalError(reason ?? 'the job failed');
}

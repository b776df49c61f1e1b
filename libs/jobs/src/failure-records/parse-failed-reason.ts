import { type BusError, InternalError } from '@trunkline/failures';
import { tryParseJson } from './try-parse-json';
import { restoreFailure } from './restore-failure';
import { failureRecord } from './failure-record';

/** The failure that BullMQ keeps as the reason of a job that failed. Its own reasons are texts. */
export function parseFailedReason(reason: string | undefined): BusError {
  const record = failureRecord.safeParse(tryParseJson(reason ?? ''));
  return record.success ? restoreFailure(record.data) : new InternalError(reason ?? 'the job failed');
}

import { type BusError, InternalError } from '@trunkline/failures';
import { jsonIn } from '../job/json-in';
import { failureOfRecord } from './failure-of-record';
import { failureRecord } from './failure-record';

/** The failure that BullMQ keeps as the reason of a job that failed. Its own reasons are texts. */
export function failureIn(reason: string | undefined): BusError {
  const record = failureRecord.safeParse(jsonIn(reason ?? ''));
  return record.success ? failureOfRecord(record.data) : new InternalError(reason ?? 'the job failed');
}

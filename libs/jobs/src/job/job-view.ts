import { type BusError, InternalError } from '@trunkline/failures';
import { failureOfRecord } from '../failure/failure-of-record';
import { failureRecord } from '../failure/failure-record';
import type { StoredJob } from '../job-store';
import { type AttemptRecord, attemptRecord, type JobData, jobData } from './job-data';

/** Where a job stands: `queued` until an attempt begins, and between attempts. */
export type JobState = 'queued' | 'running' | 'completed' | 'failed';

/** A job as it is told of. */
export interface JobView {
  readonly id: string;
  readonly service: string;
  readonly state: JobState;
  /** Attempts begun since it was made, or last replayed. */
  readonly attempts: number;
  readonly enqueuedAt: Date;
  readonly cid: string;
  /** Who may ask for it, in words of whoever handed it in; `undefined`: operators alone. */
  readonly owner: string | undefined;
  /** Who was calling the channel that it all began with. */
  readonly caller: JobData['caller'];
  readonly input: unknown;
  readonly topic: string | undefined;
  readonly schedule: string | undefined;
  /** Of a job that has completed. */
  readonly result: unknown;
  /** Of a job that has failed. */
  readonly failure: BusError | undefined;
  readonly failedAt: Date | undefined;
  /** Attempts that failed, the oldest first; those whose process died are not among them. */
  readonly history: readonly AttemptRecord[];
}

/** A job as it is told of. */
export function viewOf(job: StoredJob, bullState: string): JobView {
  const { service, cid, owner, caller, input, topic, schedule, returned, replays, earlier } = jobData.parse(job.data);
  const state = STATES[bullState] ?? 'queued';
  const hasFailed = state === 'failed';
  return {
    id: job.id ?? '',
    service,
    state,
    attempts: Math.max(0, job.attemptsStarted - returned),
    enqueuedAt: new Date(job.timestamp),
    cid,
    owner,
    caller,
    input,
    topic,
    schedule,
    result: state === 'completed' ? (job.returnvalue ?? undefined) : undefined,
    failure: hasFailed ? failureIn(job.failedReason) : undefined,
    failedAt: hasFailed && job.finishedOn !== undefined ? new Date(job.finishedOn) : undefined,
    history: [...earlier, ...historyOf(job.stacktrace).filter(({ replay }) => replay === replays)],
  };
}

const STATES: Readonly<Record<string, JobState>> = {
  active: 'running',
  'waiting-children': 'running',
  completed: 'completed',
  failed: 'failed',
};

/** BullMQ's own reasons are texts. */
function failureIn(reason: string | undefined): BusError {
  const record = failureRecord.safeParse(parsed(reason ?? ''));
  return record.success ? failureOfRecord(record.data) : new InternalError(reason ?? 'the job failed');
}

function historyOf(stacktrace: readonly (string | null)[] | null | undefined): AttemptRecord[] {
  return (stacktrace ?? []).flatMap((line) => {
    const record = attemptRecord.safeParse(parsed(line ?? ''));
    return record.success ? [record.data] : [];
  });
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // BullMQ put it there, not we.
    return undefined;
  }
}

import type { JobState, JobStatus } from '@trunkline/service';
import { parseBranchValue } from '../flows/branch-result';
import { parseFailedReason } from '../failure-records/parse-failed-reason';
import type { StoredJob } from './job-store';
import { type AttemptRecord, attemptRecord, type JobData, jobData } from './job-data';
import { tryParseJson } from '../failure-records/try-parse-json';

/** A job as operators see it. */
export interface JobView extends JobStatus {
  readonly enqueuedAt: Date;
  /** The caller of the channel at the root of the invocations. */
  readonly caller: JobData['caller'];
  readonly input: unknown;
  readonly topic: string | undefined;
  readonly schedule: string | undefined;
  readonly failedAt: Date | undefined;
  /** Failed attempts, oldest first, without those that crashed. */
  readonly history: readonly AttemptRecord[];
}

/** Converts a stored job to what operators see. */
export function toJobView(job: StoredJob, bullState: string): JobView {
  const data = jobData.parse(job.data);
  const { service, cid, owner, caller, input, topic, schedule, returned, replays, earlier, isBranch = false } = data;
  const state = JOB_STATES[bullState] ?? 'queued';
  const hasFailed = state === 'failed';
  return {
    id: job.id ?? '',
    service,
    state,
    // The extra run that BullMQ starts to detect a crashed last attempt is not counted.
    attempts: Math.min(data.attempts, Math.max(0, job.attemptsStarted - returned)),
    enqueuedAt: new Date(job.timestamp),
    cid,
    owner,
    caller,
    input,
    topic,
    schedule,
    result: state === 'completed' ? readResult(job.returnvalue, isBranch) : undefined,
    failure: hasFailed ? parseFailedReason(job.failedReason) : undefined,
    failedAt: hasFailed && job.finishedOn !== undefined ? new Date(job.finishedOn) : undefined,
    history: [...earlier, ...parseHistory(job.stacktrace).filter(({ replay }) => replay === replays)],
  };
}

function readResult(stored: unknown, isBranch: boolean): unknown {
  return isBranch ? parseBranchValue(stored) : (stored ?? undefined);
}

const JOB_STATES: Readonly<Record<string, JobState>> = {
  active: 'running',
  'waiting-children': 'running',
  completed: 'completed',
  failed: 'failed',
};

function parseHistory(stacktrace: readonly (string | null)[] | null | undefined): AttemptRecord[] {
  return (stacktrace ?? []).flatMap((line) => {
    const record = attemptRecord.safeParse(tryParseJson(line ?? ''));
    return record.success ? [record.data] : [];
  });
}

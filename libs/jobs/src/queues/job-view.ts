import type { JobState, JobStatus } from '@trunkline/service';
import { parseBranchValue } from '../flows/branch-result';
import { parseFailedReason } from '../failure-records/parse-failed-reason';
import type { StoredJob } from './job-store';
import { type AttemptRecord, attemptRecord, type JobData, jobData } from './job-data';
import { tryParseJson } from '../failure-records/try-parse-json';

/** A job as operators see it. */
export interface JobView extends JobStatus {
  readonly enqueuedAt: Date;
  /** Who was calling the channel that it all began with. */
  readonly caller: JobData['caller'];
  readonly input: unknown;
  readonly topic: string | undefined;
  readonly schedule: string | undefined;
  readonly failedAt: Date | undefined;
  /** Attempts that failed, the oldest first; those whose process died are not among them. */
  readonly history: readonly AttemptRecord[];
}

/** A job as it is told of. */
export function toJobView(job: StoredJob, bullState: string): JobView {
  const data = jobData.parse(job.data);
  const { service, cid, owner, caller, input, topic, schedule, returned, replays, earlier, isBranch = false } = data;
  const state = JOB_STATES[bullState] ?? 'queued';
  const hasFailed = state === 'failed';
  return {
    id: job.id ?? '',
    service,
    state,
    // The one more that finds out that the last of them never ended is none.
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

function readResult(kept: unknown, isBranch: boolean): unknown {
  return isBranch ? parseBranchValue(kept) : (kept ?? undefined);
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

import type { JobsOptions } from 'bullmq';
import type { JobOptions } from '../configuration/job-options';
import type { JobData } from './job-data';

/** A job that is to be made. */
export interface JobDraft {
  /** Name of the lane; empty for the one that all share. */
  readonly lane: string;
  readonly id: string;
  readonly data: JobData;
  readonly delayMs: number;
  readonly priority: number;
  /** No second job while one with this id has not ended. */
  readonly deduplicationId: string | undefined;
}

/** As many attempts as there are on record; each takes a line. */
const MOST_ATTEMPTS_KEPT = 50;

/** How BullMQ is told of a draft. How often a job is tried, and when, is for the attempts themselves to say. */
export function queueOptionsOf(draft: JobDraft, { retention }: JobOptions): JobsOptions {
  const { id, data, delayMs, priority, deduplicationId } = draft;
  return {
    jobId: id,
    attempts: data.attempts,
    backoff: { type: 'trunkline' },
    delay: delayMs,
    priority,
    stackTraceLimit: MOST_ATTEMPTS_KEPT,
    removeOnComplete: { age: seconds(retention.completed), count: retention.completedCount },
    removeOnFail: { age: seconds(retention.deadLetters) },
    ...(deduplicationId !== undefined && { deduplication: { id: deduplicationId } }),
  };
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1_000);
}

import type { JobsOptions } from 'bullmq';
import type { JobsConfig } from '../configuration/jobs-config';
import type { JobData } from './job-data';

/** A job that is to be made. */
export interface NewJob {
  /** Name of the lane; empty for the one that all share. */
  readonly queue: string;
  readonly id: string;
  readonly data: JobData;
  readonly delayMs: number;
  readonly priority: number;
  /** No second job while one with this id has not ended. */
  readonly deduplicationId: string | undefined;
}

/** As many attempts as there are on record; each takes a line. */
const MAX_RECORDED_ATTEMPTS = 50;

/** How BullMQ is told of a draft. How often a job is tried, and when, is for the attempts themselves to say. */
export function toBullJobOptions(draft: NewJob, { retention }: JobsConfig): JobsOptions {
  const { id, data, delayMs, priority, deduplicationId } = draft;
  return {
    jobId: id,
    attempts: data.attempts,
    backoff: { type: 'trunkline' },
    delay: delayMs,
    priority,
    stackTraceLimit: MAX_RECORDED_ATTEMPTS,
    removeOnComplete: { age: toSeconds(retention.completed), count: retention.completedCount },
    removeOnFail: { age: toSeconds(retention.deadLetters) },
    ...(deduplicationId !== undefined && { deduplication: { id: deduplicationId } }),
  };
}

function toSeconds(ms: number): number {
  return Math.ceil(ms / 1_000);
}

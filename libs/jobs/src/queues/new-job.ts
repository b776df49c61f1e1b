import type { JobsOptions as BullJobOptions } from 'bullmq';
import type { JobsConfig } from '../configuration/jobs-config';
import type { JobData } from './job-data';

/** A job to be added to the store. */
export interface NewJob {
  /** Name of its queue; empty for the shared queue. */
  readonly queue: string;
  readonly id: string;
  readonly data: JobData;
  readonly delayMs: number;
  readonly priority: number;
  /** While a job with this deduplication id has not finished, no second one is added. */
  readonly deduplicationId: string | undefined;
}

/** Each recorded attempt is one line of BullMQ's stack trace. */
const MAX_RECORDED_ATTEMPTS = 50;

/** Converts a new job to BullMQ's options. The delay of a retry comes from the failed attempt. */
export function toBullJobOptions(job: NewJob, { retention }: JobsConfig): BullJobOptions {
  const { id, data, delayMs, priority, deduplicationId } = job;
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

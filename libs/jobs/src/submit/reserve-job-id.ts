import { createHash } from 'node:crypto';
import { toCanonicalJson } from '@trunkline/failures';
import { createCallerKey } from '@trunkline/security';
import type { JobOrigin } from '@trunkline/service';
import { createCorrelationId } from '@trunkline/telemetry';

const ID_LENGTH = 26;

/** The id of a job that is not stored yet. */
export interface ReservedJobId {
  readonly id: string;
  /** Makes the id available again: if the job could not be stored, the next submission of it gets the same id. */
  readonly release: () => void;
}

/**
 * Reserves the id of a new job. If another job submits it, the id is derived from what is submitted, so that a retry of
 * the submitting job creates no second one.
 *
 * @param names - with the values, what distinguishes it from other jobs of the same submitter
 * @param values - JSON
 */
export function reserveJobId({ job }: JobOrigin, names: readonly string[], values: readonly unknown[]): ReservedJobId {
  if (!job) return { id: createCorrelationId(), release: () => undefined };
  const { key, release } = job.acquireIdempotencyKey([...names, ...values.map(toCanonicalJson)]);
  return { id: createHash('sha256').update(key).digest('hex').slice(0, ID_LENGTH).toUpperCase(), release };
}

/** Waits until a job is stored, and releases its id if that fails. */
export async function releaseOnFailure<T>({ release }: ReservedJobId, storing: Promise<T>): Promise<T> {
  try {
    return await storing;
  } catch (thrown) {
    release();
    throw thrown;
  }
}

/** Qualifies a deduplication id by the caller: jobs of two callers are never duplicates of each other. */
export function scopeDeduplicationId({ caller }: JobOrigin, id: string): string {
  return caller ? `${id} ${createHash('sha256').update(createCallerKey(caller)).digest('base64url')}` : id;
}

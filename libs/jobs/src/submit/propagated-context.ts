import { createHash } from 'node:crypto';
import { createCallerKey } from '@trunkline/security';
import { toCanonicalJson, type JobOrigin } from '@trunkline/service';
import { createCorrelationId } from '@trunkline/telemetry';
import type { JobData } from '../queues/job-data';

/**
 * What a job takes over from where it comes from.
 *
 * @param claims - names of those of the caller's that are kept
 */
export function createPropagatedContext(
  { cid, inbound, caller }: JobOrigin,
  claims: readonly string[],
): Pick<JobData, 'cid' | 'trace' | 'caller'> {
  const { traceparent, tracestate } = inbound?.headers ?? {};
  return {
    cid,
    ...(caller && { caller: recordCaller(caller, claims) }),
    ...(typeof traceparent === 'string' && {
      trace: { traceparent, ...(typeof tracestate === 'string' && { tracestate }) },
    }),
  };
}

function recordCaller(caller: NonNullable<JobOrigin['caller']>, names: readonly string[]): JobData['caller'] {
  const { name, scopes, definition, isClient, claims = {} } = caller;
  const kept = Object.entries(claims).filter(([claim]) => names.includes(claim));
  return {
    name,
    scopes: [...scopes],
    definition,
    ...(isClient !== undefined && { isClient }),
    ...(kept.length > 0 && { claims: Object.fromEntries(kept) }),
  };
}

/** The id of a job that is being made. */
export interface ReservedJobId {
  readonly id: string;
  /** The job could not be stored: when it is handed in once more, it gets the same id. */
  readonly release: () => void;
}

/**
 * Takes an id for a job. In a job that is retried, what it hands in once more is the same job.
 *
 * @param names - what tells it, with the values, from other jobs that are handed in beside it
 * @param values - JSON
 */
export function reserveJobId({ job }: JobOrigin, names: readonly string[], values: readonly unknown[]): ReservedJobId {
  if (!job) return { id: createCorrelationId(), release: () => undefined };
  const { key, release } = job.acquireIdempotencyKey([...names, ...values.map(toCanonicalJson)]);
  return { id: createHash('sha256').update(key).digest('hex').slice(0, 26).toUpperCase(), release };
}

/** A deduplication id as the store has it: jobs of two callers are never duplicates of each other. */
export function scopeDeduplicationId({ caller }: JobOrigin, id: string): string {
  return caller ? `${id} ${createHash('sha256').update(createCallerKey(caller)).digest('base64url')}` : id;
}

/** Stores a job, and gives its id back if that fails. */
export async function releaseOnFailure<T>({ release }: ReservedJobId, storing: Promise<T>): Promise<T> {
  try {
    return await storing;
  } catch (thrown) {
    release();
    throw thrown;
  }
}

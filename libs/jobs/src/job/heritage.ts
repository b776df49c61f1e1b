import { createHash } from 'node:crypto';
import { identifyCaller } from '@trunkline/security';
import { canonicalJson, type JobOrigin } from '@trunkline/service';
import { newCorrelationId } from '@trunkline/telemetry';
import type { JobData } from './job-data';

/**
 * What a job takes over from where it comes from.
 *
 * @param claims - names of those of the caller's that are kept
 */
export function heritageOf(
  { cid, inbound, caller }: JobOrigin,
  claims: readonly string[],
): Pick<JobData, 'cid' | 'trace' | 'caller'> {
  const { traceparent, tracestate } = inbound?.headers ?? {};
  return {
    cid,
    ...(caller && { caller: keepCaller(caller, claims) }),
    ...(typeof traceparent === 'string' && {
      trace: { traceparent, ...(typeof tracestate === 'string' && { tracestate }) },
    }),
  };
}

function keepCaller(caller: NonNullable<JobOrigin['caller']>, names: readonly string[]): JobData['caller'] {
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
export interface DraftId {
  readonly id: string;
  /** The job could not be stored: when it is handed in once more, it gets the same id. */
  readonly giveBack: () => void;
}

/**
 * Takes an id for a job. In a job that is retried, what it hands in once more is the same job.
 *
 * @param names - what tells it, with the values, from other jobs that are handed in beside it
 * @param values - JSON
 */
export function takeId({ job }: JobOrigin, names: readonly string[], values: readonly unknown[]): DraftId {
  if (!job) return { id: newCorrelationId(), giveBack: () => undefined };
  const { key, giveBack } = job.takeKey([...names, ...values.map(canonicalJson)]);
  return { id: createHash('sha256').update(key).digest('hex').slice(0, 26).toUpperCase(), giveBack };
}

/** A deduplication id as the store has it: jobs of two callers are never duplicates of each other. */
export function scopeDuplicateId({ caller }: JobOrigin, id: string): string {
  return caller ? `${id} ${createHash('sha256').update(identifyCaller(caller)).digest('base64url')}` : id;
}

/** Stores a job, and gives its id back if that fails. */
export async function storeUnder<T>({ giveBack }: DraftId, storing: Promise<T>): Promise<T> {
  try {
    return await storing;
  } catch (thrown) {
    giveBack();
    throw thrown;
  }
}

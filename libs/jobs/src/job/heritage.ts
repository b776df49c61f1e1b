import { createHash } from 'node:crypto';
import type { JobOrigin } from '@trunkline/service';
import { newCorrelationId } from '@trunkline/telemetry';
import type { JobData } from './job-data';

/** What a job takes over from where it comes from. */
export function heritageOf({ cid, inbound, caller }: JobOrigin): Pick<JobData, 'cid' | 'trace' | 'caller'> {
  const { traceparent, tracestate } = inbound?.headers ?? {};
  return {
    cid,
    ...(caller && { caller: withoutClaims(caller) }),
    ...(typeof traceparent === 'string' && {
      trace: { traceparent, ...(typeof tracestate === 'string' && { tracestate }) },
    }),
  };
}

function withoutClaims({ name, scopes, definition, isClient }: NonNullable<JobOrigin['caller']>): JobData['caller'] {
  return { name, scopes: [...scopes], definition, ...(isClient !== undefined && { isClient }) };
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
 * @param content - what tells it from other jobs that are handed in beside it
 */
export function takeId({ job }: JobOrigin, content: readonly string[]): DraftId {
  if (!job) return { id: newCorrelationId(), giveBack: () => undefined };
  const { key, giveBack } = job.takeKey(content);
  return { id: createHash('sha256').update(key).digest('hex').slice(0, 26).toUpperCase(), giveBack };
}

/** Stores a job, and gives its id back if that fails. */
export async function stored<T>({ giveBack }: DraftId, storing: Promise<T>): Promise<T> {
  try {
    return await storing;
  } catch (thrown) {
    giveBack();
    throw thrown;
  }
}

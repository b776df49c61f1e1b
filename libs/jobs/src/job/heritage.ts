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

/** An id for a job. In a job that is tried again, what it hands in once more is the same job. */
export function idOf({ job }: JobOrigin, what: string): string {
  if (!job) return newCorrelationId();
  return createHash('sha256').update(job.keyOf(what)).digest('hex').slice(0, 26).toUpperCase();
}

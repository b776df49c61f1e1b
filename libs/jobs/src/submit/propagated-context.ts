import type { JobOrigin } from '@trunkline/service';
import type { JobData } from '../queues/job-data';

/** What a job inherits from the invocation that creates it. */
export type PropagatedContext = Pick<JobData, 'cid' | 'trace' | 'caller'>;

/**
 * Copies the correlation id, the trace context and the caller of an invocation for a job.
 *
 * @param claims - names of the caller's claims to keep
 */
export function createPropagatedContext(
  { cid, inbound, caller }: JobOrigin,
  claims: readonly string[],
): PropagatedContext {
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

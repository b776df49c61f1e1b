import type { OutgoingCall } from '../request/outgoing-call';
import type { RestResponse } from '../response/rest-response';

/**
 * One try to get an answer, whatever its status. Rejects with a failure of DESIGN section 5 where none came or none can be read.
 */
export type Attempt = (call: OutgoingCall) => Promise<RestResponse>;

/** A policy around each attempt: it may prevent it, watch it or change its outcome. The retry lies outside of all of them. */
export type AttemptStep = (attempt: Attempt) => Attempt;

/** The attempt within its steps, the first of them outermost. */
export function within(steps: readonly AttemptStep[], attempt: Attempt): Attempt {
  return steps.reduceRight((inner, step) => step(inner), attempt);
}

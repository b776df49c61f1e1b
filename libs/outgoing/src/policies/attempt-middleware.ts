import type { OutgoingCall } from '../rest/request/outgoing-call';
import type { RestResponse } from '../rest/response/rest-response';

/**
 * One try to get an answer, whatever its status. Rejects with a failure of DESIGN section 5 where none came or none can be read.
 */
export type AttemptHandler = (call: OutgoingCall) => Promise<RestResponse>;

/** A policy around each attempt: it may prevent it, watch it or change its outcome. The retry lies outside of all of them. */
export type AttemptMiddleware = (attempt: AttemptHandler) => AttemptHandler;

/** The attempt within its steps, the first of them outermost. */
export function composeAttempt(steps: readonly AttemptMiddleware[], attempt: AttemptHandler): AttemptHandler {
  return steps.reduceRight((inner, step) => step(inner), attempt);
}

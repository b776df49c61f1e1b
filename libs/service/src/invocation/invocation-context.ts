import type { Caller } from '@trunkline/security';
import type { CancelScope } from '@trunkline/time';
import type { CompositeOutcomes } from '../composite/composite-outcomes';
import type { JobRun } from '../jobs/job-run';
import type { HttpRequest } from './service-request';
import type { SideEffects } from './side-effects';

/** The parts of the inbound request that are propagated to downstream calls. */
export interface InboundRequest extends Pick<HttpRequest, 'headers'> {
  /** Who may read the durable composites that the request submits; `undefined`: only operators. */
  readonly owner?: string | undefined;
}

/** The context that an invocation passes to the invocations it makes. */
export interface InvocationContext {
  readonly cid: string;
  readonly scope: CancelScope;
  /** Number of nested calls; 1 for an invocation by a channel, a job or the command line. */
  readonly depth: number;
  /** The inbound HTTP request, for headers that are propagated: `traceparent`, `forwardHeaders`. */
  readonly inbound?: InboundRequest | undefined;
  /** The authenticated caller of the channel. */
  readonly caller?: Caller | undefined;
  /** The job that the work belongs to. */
  readonly job?: JobRun | undefined;
  /** Records the outcomes of composites for the response headers. */
  readonly compositeOutcomes?: CompositeOutcomes | undefined;
  /** Records what has been sent to other systems, to decide whether the work may be done again. */
  readonly sideEffects?: SideEffects | undefined;
}

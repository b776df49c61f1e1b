import type { Caller } from '@trunkline/security';
import type { CancelScope } from '@trunkline/time';
import type { CompositeOutcomes } from '../composite/composite-outcomes';
import type { JobRun } from '../jobs/job-run';
import type { HttpRequest } from './service-request';
import type { SideEffects } from './side-effects';

/** The request at the root of invocations, as far as what they do elsewhere is concerned. */
export interface InboundRequest extends Pick<HttpRequest, 'headers'> {
  /** Who may ask for durable composites that are made in it; `undefined`: operators alone. */
  readonly owner?: string | undefined;
}

/** What an invocation hands down to those it makes. */
export interface InvocationContext {
  readonly cid: string;
  readonly scope: CancelScope;
  /** 1 for an invocation from outside. */
  readonly depth: number;
  /** The HTTP request at the root of it all, for what is handed on to other systems: `traceparent`, `forwardHeaders`. */
  readonly inbound?: InboundRequest | undefined;
  /** Who is calling the channel that it all began with. */
  readonly caller?: Caller | undefined;
  /** The job at the root of it all. */
  readonly job?: JobRun | undefined;
  /** Where composites note how their branches ended, for whoever wants to tell the client. */
  readonly compositeOutcomes?: CompositeOutcomes | undefined;
  /** Where it is noted what has left the bus, for whoever has to know whether the work may be done again. */
  readonly sideEffects?: SideEffects | undefined;
}

import type { Invocation, JobRun } from '@trunkline/service';
import type { CallContext } from './outgoing-call';
import type { InboundHeaders } from './trace-context';

/** What a connection needs of the invocation that makes a call. */
export type CallerInvocation = Pick<Invocation, 'cid' | 'scope' | 'logger' | 'context' | 'sideEffects'>;

/** Where a call comes from: an invocation, or code outside of one. */
export interface CallOrigin extends CallContext {
  /** Correlation id; `undefined` outside of an invocation. */
  readonly cid: string | undefined;
  /** Headers of the inbound request. */
  readonly inbound?: InboundHeaders | undefined;
  /** The job that the invocation runs for. */
  readonly job?: JobRun | undefined;
}

/** The origin of a call that an invocation makes. */
export function createCallOrigin({ cid, scope, logger, sideEffects, context }: CallerInvocation): CallOrigin {
  return { cid, scope, logger, sideEffects, inbound: context.inbound?.headers, job: context.job };
}

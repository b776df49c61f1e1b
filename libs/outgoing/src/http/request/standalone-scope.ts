import { UpstreamError } from '@trunkline/failures';
import { CancelScope, type Clock, Deadline } from '@trunkline/time';

/** What bounds a call that belongs to no invocation. */
export interface StandaloneScopeOptions {
  /** Name of the outgoing connection. */
  readonly connection: string;
  readonly totalMs: number;
  readonly clock: Clock;
}

/** Opens a scope for a call that belongs to no invocation. The caller closes it. */
export function createStandaloneScope({ connection, totalMs, clock }: StandaloneScopeOptions): CancelScope {
  const expiry = () =>
    new UpstreamError('UPSTREAM_TIMEOUT', `${connection} did not respond within ${totalMs} ms`, {
      connection,
      wasSent: true,
    });
  return new CancelScope(Deadline.in(totalMs, clock), expiry);
}

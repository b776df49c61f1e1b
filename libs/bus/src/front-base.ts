import type { Edge, FailureReply, FrontParts, RateLimiter } from '@trunkline/channels';
import type { BusConfig } from './bus-config';

/** What every front of a bus has, whatever its channels are. */
export type FrontBase = Pick<FrontParts, 'edge' | 'http' | 'failures' | 'limiter' | 'errorPagesAt'>;

/** @param edge - `undefined` in an application that does not listen, which has no front */
export function frontBaseOf(
  { bus: { http, errors } }: BusConfig,
  failures: FailureReply,
  limiter: RateLimiter,
  edge: Edge | undefined,
): FrontBase | undefined {
  const errorPagesAt = errors.typeBase.startsWith('/') ? errors.typeBase : undefined;
  return edge && { edge, http, failures, limiter, errorPagesAt };
}

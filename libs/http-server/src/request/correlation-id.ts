import { createCorrelationId, isCorrelationId } from '@trunkline/telemetry';

/**
 * Determines the correlation id of a request: the client's own if it is valid, otherwise a new one.
 *
 * @param requestId - value of the header `X-Request-ID`
 */
export function resolveCorrelationId(requestId: unknown): string {
  return typeof requestId === 'string' && isCorrelationId(requestId) ? requestId : createCorrelationId();
}

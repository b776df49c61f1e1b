import { createCorrelationId, isCorrelationId } from '@trunkline/telemetry';

// Looked up once: an export of another package is a getter, which every request would call.
const isValid = isCorrelationId;
const createId = createCorrelationId;

/**
 * Determines the correlation id of a request: the client's own if it is valid, otherwise a new one.
 *
 * @param requestId - value of the header `X-Request-ID`
 */
export function resolveCorrelationId(requestId: unknown): string {
  return typeof requestId === 'string' && isValid(requestId) ? requestId : createId();
}

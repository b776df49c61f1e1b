import type { BusError } from '@trunkline/failures';

/**
 * Whether the connection closes after the response to a failure, whatever the request: a client is to come back to another instance
 * after `unavailable`, and some failures make the connection itself unusable.
 */
export function isLastResponse({ kind, headers }: BusError): boolean {
  return kind === 'unavailable' || headers['connection'] === 'close';
}

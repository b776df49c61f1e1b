import type { BusError } from '@trunkline/failures';

/**
 * Whether the connection closes after the response to a failure, whatever the request: clients reconnect to another instance after
 * `unavailable`, and other failures make the connection unusable for further requests.
 */
export function isLastResponse({ kind, headers }: BusError): boolean {
  return kind === 'unavailable' || headers['connection'] === 'close';
}

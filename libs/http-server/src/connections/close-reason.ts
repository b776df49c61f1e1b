import { type BusError, CancelledError } from '@trunkline/failures';

const CLOSE_REASONS = new WeakMap<object, BusError>();

/** Stores why the server closes a connection during a request, for the log line of that request. */
export function setCloseReason(connection: object, reason: BusError): void {
  CLOSE_REASONS.set(connection, reason);
}

/** Finds why the body of a request broke off: the reason of the server if it closed the connection, otherwise the client disconnected. */
export function findCloseReason(connection: object): BusError {
  return CLOSE_REASONS.get(connection) ?? new CancelledError();
}

import type { Socket } from 'node:net';
import { type BusError, CancelledError } from '@trunkline/failures';
import { findPendingResponse } from './open-connections';

/** Why the bus itself has ended a connection in the middle of a request. */
const CLOSE_REASONS = new WeakMap<object, BusError>();

/** Notes why the bus ends a connection, for the log line of a request whose body will never be complete. */
export function setCloseReason(connection: object, reason: BusError): void {
  CLOSE_REASONS.set(connection, reason);
}

/** Why the body of a request broke off: what the bus ended its connection for, else its client has left. */
export function findCloseReason(connection: object): BusError {
  return CLOSE_REASONS.get(connection) ?? new CancelledError();
}

/**
 * Calls `say` once the requests that came whole before the one that cannot be read have been answered: responses are read in the
 * order of the requests (RFC 9112 §9.3.2). Where the unreadable request has its response already, the connection closes after that.
 */
export function runAfterResponses(socket: Socket, say: () => void): void {
  const response = findPendingResponse(socket);
  if (!response) return say();
  if (response.req.complete) return void response.once('finish', () => runAfterResponses(socket, say));
  if (!response.headersSent) return say();
  response.once('finish', () => socket.destroySoon());
}

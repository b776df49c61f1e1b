import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

const CLOSING = new WeakSet<Socket>();
const LAST_RESPONSE_SENT = new WeakSet<Socket>();
/** The last request of each connection that its client has asked to close. */
const CLOSE_REQUESTS = new WeakMap<Socket, IncomingMessage>();

/**
 * Marks the current request of a connection as its last one: the response to it closes the connection (RFC 9112 §9.6). Node parses what
 * follows all the same, and would run further requests without being able to respond.
 */
export function markForClosing(socket: Socket): void {
  CLOSING.add(socket);
}

/** Marks a request as the last one of its connection because its client has asked to close it; see {@link markForClosing}. */
export function markForClosingAfter(request: IncomingMessage): void {
  CLOSING.add(request.socket);
  CLOSE_REQUESTS.set(request.socket, request);
}

/** Whether the client has asked to close the connection and has sent its last request completely; it then sends nothing more. */
export function hasRequestedClose(socket: Socket): boolean {
  return CLOSE_REQUESTS.get(socket)?.complete === true;
}

/** Marks the response that is being sent as the last one of its connection: requests that wait behind it in a queue are dropped, too. */
export function markLastResponse(socket: Socket): void {
  CLOSING.add(socket);
  LAST_RESPONSE_SENT.add(socket);
}

/** Whether a connection can no longer send a response to a request that waits in a queue. */
export function isClosedToResponses(socket: Socket): boolean {
  return socket.destroyed || LAST_RESPONSE_SENT.has(socket);
}

/** Whether the last request of a connection has been received. */
export function isMarkedForClosing(socket: Socket): boolean {
  return CLOSING.has(socket);
}

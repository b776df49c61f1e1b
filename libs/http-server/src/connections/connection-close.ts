import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

const CLOSING = new WeakSet<Socket>();
const LAST_RESPONSE_SENT = new WeakSet<Socket>();
/** The requests with which clients have asked to close their connections. */
const CLOSE_REQUESTS = new WeakMap<Socket, IncomingMessage>();

/**
 * Notes that nothing that follows on a connection is to be taken for a request: its answer closes it (RFC 9112 §9.6). Node goes on
 * reading what has come with the last request, and would run it without being able to answer.
 */
export function markForClosing(socket: Socket): void {
  CLOSING.add(socket);
}

/** As {@link markForClosing}, for a request with which the client itself asks for the end of the connection. */
export function markForClosingAfter(request: IncomingMessage): void {
  CLOSING.add(request.socket);
  CLOSE_REQUESTS.set(request.socket, request);
}

/** Has the client said which request is its last, and sent all of it? Then it sends nothing more. */
export function hasRequestedClose(socket: Socket): boolean {
  return CLOSE_REQUESTS.get(socket)?.complete === true;
}

/**
 * Notes that the answer which is given now is the last of its connection: requests that came after it and wait to be begun are
 * dropped, too.
 */
export function markLastResponse(socket: Socket): void {
  CLOSING.add(socket);
  LAST_RESPONSE_SENT.add(socket);
}

/** May a request that has waited still be begun: will there be a connection to answer it on? */
export function isClosedToResponses(socket: Socket): boolean {
  return socket.destroyed || LAST_RESPONSE_SENT.has(socket);
}

/** Has the last request of this connection been taken? */
export function isMarkedForClosing(socket: Socket): boolean {
  return CLOSING.has(socket);
}

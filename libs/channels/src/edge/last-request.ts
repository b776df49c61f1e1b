import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

const DONE = new WeakSet<Socket>();
const CUT_OFF = new WeakSet<Socket>();
/** The requests with which clients have asked to close their connections. */
const ASKED_TO_CLOSE = new WeakMap<Socket, IncomingMessage>();

/**
 * Notes that nothing that follows on a connection is to be taken for a request: its answer closes it (RFC 9112 §9.6). Node goes on
 * reading what has come with the last request, and would run it without being able to answer.
 */
export function takeNoMoreFrom(socket: Socket): void {
  DONE.add(socket);
}

/** As {@link takeNoMoreFrom}, for a request with which the client itself asks for the end of the connection. */
export function takeNoMoreAfter(request: IncomingMessage): void {
  DONE.add(request.socket);
  ASKED_TO_CLOSE.set(request.socket, request);
}

/** Has the client said which request is its last, and sent all of it? Then it sends nothing more. */
export function hasAskedToClose(socket: Socket): boolean {
  return ASKED_TO_CLOSE.get(socket)?.complete === true;
}

/**
 * Notes that the answer which is given now is the last of its connection: requests that came after it and wait to be begun are
 * dropped, too.
 */
export function answerLastOn(socket: Socket): void {
  DONE.add(socket);
  CUT_OFF.add(socket);
}

/** May a request that has waited still be begun: will there be a connection to answer it on? */
export function isCutOff(socket: Socket): boolean {
  return socket.destroyed || CUT_OFF.has(socket);
}

/** Has the last request of this connection been taken? */
export function isDone(socket: Socket): boolean {
  return DONE.has(socket);
}

import type { Socket } from 'node:net';

const DONE = new WeakSet<Socket>();

/**
 * Notes that nothing that follows on a connection is to be taken for a request: its answer closes it (RFC 9112 §9.6). Node goes on
 * reading what has come with the last request, and would run it without being able to answer.
 */
export function takeNoMoreFrom(socket: Socket): void {
  DONE.add(socket);
}

/** Has the last request of this connection been taken? */
export function isDone(socket: Socket): boolean {
  return DONE.has(socket);
}

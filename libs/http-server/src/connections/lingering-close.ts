import { Socket } from 'node:net';
import { hasRequestedClose } from './connection-close';

/** Time that a client has to read the response to a request that it is still sending. */
const LINGER_MS = 1_000;
/** Bytes that are read and discarded meanwhile. Beyond them reading stops, which blocks the client, but does not reset the connection. */
const MAX_DISCARDED_BYTES = 16_777_216;

/** Number of discarded bytes by closing connection. */
const DISCARDED_BYTES = new WeakMap<object, number>();

/**
 * Makes the server close a connection in steps (RFC 9112 §9.6): its own half first, the whole connection once the client has closed its half
 * or a second has passed. Closing both halves while bytes arrive resets the connection, and a client that is reset while it sends a body
 * never reads the response.
 */
export function enableLingeringClose(socket: Socket): void {
  socket.destroySoon = destroySoonLingering;
}

/** Closes the server's half of a connection after the pending writes, and discards what still arrives. */
export function startLingeringClose(socket: Socket): void {
  if (socket.destroyed || DISCARDED_BYTES.has(socket)) return;
  DISCARDED_BYTES.set(socket, 0);
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.once('end', () => socket.destroy());
  socket.on('error', () => socket.destroy());
  // Node's parser bypasses the stream until it has a `data` listener, and would parse what arrives as requests.
  socket.on('data', discard);
  socket.removeAllListeners('data');
  socket.on('data', discard);
  socket.end();
  socket.resume();
}

/** Whether a connection is being closed, so that anything it still receives is discarded. */
export function isLingering(socket: object): boolean {
  return DISCARDED_BYTES.has(socket);
}

function destroySoonLingering(this: Socket): void {
  if (hasRequestedClose(this)) Socket.prototype.destroySoon.call(this);
  else startLingeringClose(this);
}

function discard(this: Socket, chunk: Buffer): void {
  const bytes = (DISCARDED_BYTES.get(this) ?? 0) + chunk.length;
  DISCARDED_BYTES.set(this, bytes);
  if (bytes > MAX_DISCARDED_BYTES) this.pause();
}

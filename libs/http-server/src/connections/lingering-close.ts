import { Socket } from 'node:net';
import { hasRequestedClose } from './connection-close';

/** Time that a client has to read the response to a request that it is still sending. */
const LINGER_MS = 1_000;
/** Read and discarded meanwhile. After that nothing more is read, which holds the client up but does not reset the connection. */
const MAX_DISCARDED_BYTES = 16_777_216;

/** Bytes discarded, of connections that are being closed. */
const DISCARDED_BYTES = new WeakMap<object, number>();

/**
 * Makes a connection close in steps when the server closes it (RFC 9112 §9.6): the server's half first, the whole once the client has
 * closed its half or a second has passed. Closing both halves while bytes arrive resets the connection, and a client that is reset in
 * the middle of its body never reads the response that told it to stop.
 */
export function enableLingeringClose(socket: Socket): void {
  socket.destroySoon = destroySoonLingering;
}

/** Closes the server's half of a connection after what has been written, and discards what still arrives. */
export function startLingeringClose(socket: Socket): void {
  if (socket.destroyed || DISCARDED_BYTES.has(socket)) return;
  DISCARDED_BYTES.set(socket, 0);
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.once('end', () => socket.destroy());
  socket.on('error', () => socket.destroy());
  // Node's parser reads past the stream until somebody listens to it, and would go on to take what comes for requests.
  socket.on('data', discard);
  socket.removeAllListeners('data');
  socket.on('data', discard);
  socket.end();
  socket.resume();
}

/** Is this connection being closed, so that nothing more that comes from it matters? */
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

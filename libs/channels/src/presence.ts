import type { Socket } from 'node:net';
import { CancelledError } from '@trunkline/failures';
import type { CancelScope } from '@trunkline/time';

const PRESENT = new WeakMap<Socket, Set<CancelScope>>();

/**
 * What is being done for the client at the other end of a connection; all of it is cancelled when the client leaves.
 *
 * One listener for a connection: one for each request costs more than routing it.
 */
export function workFor(socket: Socket): Set<CancelScope> {
  const known = PRESENT.get(socket);
  if (known) return known;
  const work = new Set<CancelScope>();
  PRESENT.set(socket, work);
  socket.once('close', () => {
    for (const scope of work) scope.cancel(new CancelledError());
  });
  return work;
}

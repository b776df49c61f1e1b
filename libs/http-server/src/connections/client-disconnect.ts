import type { Socket } from 'node:net';
import { CancelledError } from '@trunkline/failures';
import type { CancelScope } from '@trunkline/time';

const SCOPES_BY_SOCKET = new WeakMap<Socket, Set<CancelScope>>();

/**
 * What is being done for the client at the other end of a connection; all of it is cancelled when the client leaves.
 *
 * One listener for a connection: one for each request costs more than routing it.
 */
export function getDisconnectScopes(socket: Socket): Set<CancelScope> {
  const known = SCOPES_BY_SOCKET.get(socket);
  if (known) return known;
  const work = new Set<CancelScope>();
  SCOPES_BY_SOCKET.set(socket, work);
  socket.once('close', () => {
    for (const scope of work) scope.cancel(new CancelledError());
  });
  return work;
}

import type { Socket } from 'node:net';
import { CancelledError } from '@trunkline/failures';
import type { CancelScope } from '@trunkline/time';

const SCOPES_BY_SOCKET = new WeakMap<Socket, Set<CancelScope>>();

/**
 * Returns the cancel scopes of the requests on a connection; all scopes in it are cancelled when the client disconnects.
 *
 * One listener per connection, because a listener per request costs more than routing the request.
 */
export function getDisconnectScopes(socket: Socket): Set<CancelScope> {
  const known = SCOPES_BY_SOCKET.get(socket);
  if (known) return known;
  const scopes = new Set<CancelScope>();
  SCOPES_BY_SOCKET.set(socket, scopes);
  socket.once('close', () => {
    for (const scope of scopes) scope.cancel(new CancelledError());
  });
  return scopes;
}

import { once } from 'node:events';
import type { Server } from 'node:net';

/** Binds a server to a free port of 127.0.0.1. @returns the port */
export async function listenOnFreePort(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('expected a server on a TCP port');
  return address.port;
}

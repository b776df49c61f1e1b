import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { markForClosing } from './connection-close';
import { enableLingeringClose } from './lingering-close';

/** An answer that its client takes nothing of for so long is given up. */
const SLOW_READER_TIMEOUT_MS = 30_000;
const CHECK_INTERVAL_MS = 1_000;

/** The connections of a server. */
export class OpenConnections {
  readonly #sockets = new Set<Socket>();
  /** Those on which nothing had come at the last look. */
  #silentSockets = new Set<Socket>();

  constructor(
    private readonly server: Server,
    isTls: boolean,
  ) {
    server.on(isTls ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#sockets.add(socket);
      enableLingeringClose(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    const looking = setInterval(() => this.#watchSlowReaders(), CHECK_INTERVAL_MS).unref();
    server.on('close', () => clearInterval(looking));
    server.on('timeout', (socket: Socket) => handleSocketTimeout(socket));
  }

  /** Has the answers that are under way say that they are the last on their connections (RFC 9112 §9.6). */
  closeAfterResponses(): void {
    for (const socket of this.#sockets) {
      const response = findPendingResponse(socket);
      if (!response || response.headersSent) continue;
      response.shouldKeepAlive = false;
      markForClosing(socket);
    }
  }

  /** Whether any connection is open, besides those upgraded to another protocol: Node detaches its parser from these. */
  hasHttpConnections(): boolean {
    return [...this.#sockets].some((socket) => Reflect.get(socket, 'parser') !== null);
  }

  /**
   * Closes those that wait for a request. Node takes one that has not had its first for one that is being received: such as browsers
   * open in advance. It is closed at the second look, for the first may come between its opening and its request.
   */
  closeIdle(): void {
    this.server.closeIdleConnections();
    const mute = [...this.#sockets].filter(({ bytesRead }) => bytesRead === 0);
    for (const socket of mute) if (this.#silentSockets.has(socket)) socket.destroy();
    this.#silentSockets = new Set(mute);
  }

  /** Most answers are taken at once: a time limit on every connection, set and renewed with each of them, costs a request 1 µs. */
  #watchSlowReaders(): void {
    for (const socket of this.#sockets) {
      if (socket.writableLength > 0 && socket.timeout !== SLOW_READER_TIMEOUT_MS)
        socket.setTimeout(SLOW_READER_TIMEOUT_MS);
    }
  }
}

/** A request that is worked on is silent, too: what waits in vain to be sent tells of a slow reader, no request of an idle client. */
function handleSocketTimeout(socket: Socket): void {
  if (socket.writableLength > 0 || !findPendingResponse(socket)) socket.destroy();
  else socket.setTimeout(0);
}

/** Node keeps the answer that a connection is waiting for there, and nowhere that is public. */
export function findPendingResponse(socket: object): ServerResponse | undefined {
  const message: unknown = Reflect.get(socket, '_httpMessage');
  return isServerResponse(message) ? message : undefined;
}

function isServerResponse(message: unknown): message is ServerResponse {
  return typeof message === 'object' && message !== null && 'headersSent' in message && 'shouldKeepAlive' in message;
}

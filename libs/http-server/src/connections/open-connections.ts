import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { markForClosing } from './connection-close';
import { enableLingeringClose } from './lingering-close';
import { findPendingResponse } from './pending-response';

/** Time without progress after which a connection to a slow reader is destroyed. */
const SLOW_READER_TIMEOUT_MS = 30_000;
const CHECK_INTERVAL_MS = 1_000;

/** Tracks the open connections of a server: closes idle ones for a shutdown, and those of clients that do not read. */
export class OpenConnections {
  readonly #sockets = new Set<Socket>();
  /** Connections without a received byte at the previous call of `closeIdle`. */
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
    const slowReaderTimer = setInterval(() => this.#watchSlowReaders(), CHECK_INTERVAL_MS).unref();
    server.on('close', () => clearInterval(slowReaderTimer));
    server.on('timeout', (socket: Socket) => handleSocketTimeout(socket));
  }

  /** Makes the responses in flight the last ones of their connections: `Connection: close` (RFC 9112 §9.6). */
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
   * Closes idle connections. Node does not count a connection without a first request as idle, such as those that browsers open in advance. Such
   * a connection is closed at the second call, as the first call may come just before its request.
   */
  closeIdle(): void {
    this.server.closeIdleConnections();
    const silentSockets = [...this.#sockets].filter(({ bytesRead }) => bytesRead === 0);
    for (const socket of silentSockets) if (this.#silentSockets.has(socket)) socket.destroy();
    this.#silentSockets = new Set(silentSockets);
  }

  /** Sets a timeout only where a client reads slowly: a timeout on every connection, renewed with each response, would cost every request. */
  #watchSlowReaders(): void {
    for (const socket of this.#sockets) {
      if (socket.writableLength > 0 && socket.timeout !== SLOW_READER_TIMEOUT_MS)
        socket.setTimeout(SLOW_READER_TIMEOUT_MS);
    }
  }
}

/** Unsent bytes are a slow reader, no pending response is an idle client; otherwise a request is being handled, and the connection stays. */
function handleSocketTimeout(socket: Socket): void {
  if (socket.writableLength > 0 || !findPendingResponse(socket)) socket.destroy();
  else socket.setTimeout(0);
}

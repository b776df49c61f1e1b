import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { markForClosing } from './connection-close';
import { enableLingeringClose } from './lingering-close';
import { findPendingResponse } from './pending-response';

/** Time without progress after which a connection to a slow reader is destroyed. */
const SLOW_READER_TIMEOUT_MS = 30_000;
const CHECK_INTERVAL_MS = 1_000;
/** Property of Node's responses with the time that `Keep-Alive` announces; 0: the header is not sent. */
const ANNOUNCED_KEEP_ALIVE = '_keepAliveTimeout';

/** What a connection did until a check. */
interface Activity {
  bytesRead: number;
  /** When the connection was last found in use, in milliseconds. */
  usedAtMs: number;
}

/**
 * Tracks the open connections of a server: closes those that are idle for too long, all idle ones for a shutdown, and those of clients that do
 * not read.
 *
 * Node's own limit for idle connections starts and stops a timer with every request; one check a second suffices for all connections.
 */
export class OpenConnections {
  readonly #sockets = new Map<Socket, Activity>();
  /** Connections without a received byte at the previous call of `closeIdle`. */
  #silentSockets = new Set<Socket>();

  /** @param keepAliveMs - minimum time after which an idle connection is closed */
  constructor(
    private readonly server: Server,
    private readonly keepAliveMs: number,
    isTls: boolean,
  ) {
    server.keepAliveTimeout = 0;
    server.on(isTls ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#sockets.set(socket, { bytesRead: 0, usedAtMs: performance.now() });
      enableLingeringClose(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    const checkTimer = setInterval(() => this.#checkConnections(), CHECK_INTERVAL_MS).unref();
    server.on('close', () => clearInterval(checkTimer));
    server.on('timeout', (socket: Socket) => handleSocketTimeout(socket));
  }

  /** Makes a response announce how long an idle connection stays open. */
  announceKeepAlive(response: ServerResponse): void {
    Reflect.set(response, ANNOUNCED_KEEP_ALIVE, this.keepAliveMs);
  }

  /** Makes the responses in flight the last ones of their connections: `Connection: close` (RFC 9112 §9.6). */
  closeAfterResponses(): void {
    for (const socket of this.#sockets.keys()) {
      const response = findPendingResponse(socket);
      if (!response || response.headersSent) continue;
      response.shouldKeepAlive = false;
      markForClosing(socket);
    }
  }

  /** Whether any connection is open, besides those upgraded to another protocol. */
  hasHttpConnections(): boolean {
    return [...this.#sockets.keys()].some(isHttpConnection);
  }

  /**
   * Closes idle connections. Node does not count a connection without a first request as idle, such as those that browsers open in advance. Such
   * a connection is closed at the second call, as the first call may come just before its request.
   */
  closeIdle(): void {
    this.server.closeIdleConnections();
    const silentSockets = [...this.#sockets.keys()].filter(({ bytesRead }) => bytesRead === 0);
    for (const socket of silentSockets) if (this.#silentSockets.has(socket)) socket.destroy();
    this.#silentSockets = new Set(silentSockets);
  }

  #checkConnections(): void {
    const nowMs = performance.now();
    for (const [socket, activity] of this.#sockets) {
      watchSlowReader(socket);
      this.#closeIfUnused(socket, activity, nowMs);
    }
  }

  /** A connection is in use as of its last check, so the time of one check is added. One without a request has other time limits. */
  #closeIfUnused(socket: Socket, activity: Activity, nowMs: number): void {
    const { bytesRead } = socket;
    if (
      bytesRead !== activity.bytesRead ||
      bytesRead === 0 ||
      findPendingResponse(socket) ||
      !isHttpConnection(socket)
    ) {
      activity.bytesRead = bytesRead;
      activity.usedAtMs = nowMs;
    } else if (nowMs - activity.usedAtMs >= this.keepAliveMs + CHECK_INTERVAL_MS) socket.destroy();
  }
}

/** Sets a timeout only where a client reads slowly: a timeout on every connection, renewed with each response, would cost every request. */
function watchSlowReader(socket: Socket): void {
  if (socket.writableLength > 0 && socket.timeout !== SLOW_READER_TIMEOUT_MS) socket.setTimeout(SLOW_READER_TIMEOUT_MS);
}

/** Node detaches its parser from connections that are upgraded to another protocol. */
function isHttpConnection(socket: Socket): boolean {
  return Reflect.get(socket, 'parser') !== null;
}

/** Unsent bytes are a slow reader; otherwise the client has read everything meanwhile. */
function handleSocketTimeout(socket: Socket): void {
  if (socket.writableLength > 0) socket.destroy();
  else socket.setTimeout(0);
}

import { once } from 'node:events';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { DatabaseListener, SqlDatabase } from '../sql/sql-database';
import { encodeFrame, FrameDecoder } from './frames';
import { toQueryFailure, type QueryResponse, type QueryRequest } from './thread-messages';

/** Lets other processes of this user on this machine use the store that this process holds. */
export class QueryServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly database: SqlDatabase,
    private readonly path: string,
  ) {
    this.#server = createServer((socket) => this.#handleConnection(socket));
    this.#server.unref();
  }

  /** Listens on a Unix domain socket that only this user can open. */
  static async listen(database: SqlDatabase, path: string): Promise<QueryServer> {
    rmSync(path, { force: true });
    const server = new QueryServer(database, path);
    const listening = once(server.#server, 'listening');
    server.#server.listen(path);
    await listening;
    chmodSync(path, 0o600);
    return server;
  }

  /** Closes the socket and its connections. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
    rmSync(this.path, { force: true });
  }

  #handleConnection(socket: Socket): void {
    const frames = new FrameDecoder<QueryRequest>();
    const send = (message: QueryResponse): void => void socket.write(encodeFrame(message));
    const listener: DatabaseListener = {
      onNotification: (notification) => send({ notification }),
      onDisconnect: () => socket.destroy(),
    };
    this.#sockets.add(socket);
    this.database.addListener(listener);
    socket.unref();
    socket.on('data', (chunk: Buffer) => {
      for (const request of frames.decode(chunk)) void this.#respond(request, send);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.database.removeListener(listener);
    });
  }

  async #respond({ id, text, params }: QueryRequest, send: (message: QueryResponse) => void): Promise<void> {
    try {
      send({ id, result: await this.database.query(text, params) });
    } catch (error) {
      send({ id, failure: toQueryFailure(error) });
    }
  }
}

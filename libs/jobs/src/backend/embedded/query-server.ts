import { once } from 'node:events';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { LinkListener, SqlLink } from '../sql/sql-link';
import { frame, Frames } from './frames';
import { failureFrom, type QueryAnswer, type QueryRequest } from './thread-messages';

/** Lets other processes of this user's, on this machine, work on the store that this process holds. */
export class QueryServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly link: SqlLink,
    private readonly path: string,
  ) {
    this.#server = createServer((socket) => this.#serve(socket));
    this.#server.unref();
  }

  /** Listens on a Unix domain socket that only this user can open. */
  static async listen(link: SqlLink, path: string): Promise<QueryServer> {
    rmSync(path, { force: true });
    const server = new QueryServer(link, path);
    const listening = once(server.#server, 'listening');
    server.#server.listen(path);
    await listening;
    chmodSync(path, 0o600);
    return server;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
    rmSync(this.path, { force: true });
  }

  #serve(socket: Socket): void {
    const frames = new Frames<QueryRequest>();
    const answer = (message: QueryAnswer): void => void socket.write(frame(message));
    const listener: LinkListener = {
      notified: (notification) => answer({ notification }),
      lost: () => socket.destroy(),
    };
    this.#sockets.add(socket);
    this.link.listen(listener);
    socket.unref();
    socket.on('data', (chunk: Buffer) => {
      for (const request of frames.push(chunk)) void this.#respond(request, answer);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.link.unlisten(listener);
    });
  }

  async #respond({ id, text, params }: QueryRequest, answer: (message: QueryAnswer) => void): Promise<void> {
    try {
      answer({ id, result: await this.link.query(text, params) });
    } catch (error) {
      answer({ id, failure: failureFrom(error) });
    }
  }
}

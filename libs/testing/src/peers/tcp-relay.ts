import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { listenOnFreePort } from './listen-on-free-port';

/** Forwards TCP connections on a free port to a server, and counts them: a test sees when a client reconnects. */
export class TcpRelay {
  readonly #sockets = new Set<Socket>();
  #connections = 0;

  private constructor(
    private readonly server: Server,
    /** Its port on 127.0.0.1. */
    readonly port: number,
    private readonly targetPort: number,
  ) {
    server.on('connection', (socket) => this.#forward(socket));
  }

  /** Starts a relay to a port of this host. The caller closes it. */
  static async listen(targetPort: number): Promise<TcpRelay> {
    const server = createServer();
    return new TcpRelay(server, await listenOnFreePort(server), targetPort);
  }

  /** Number of connections so far. */
  get connections(): number {
    return this.#connections;
  }

  /** Closes the relay and its connections. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  #forward(client: Socket): void {
    this.#connections += 1;
    const target = connect(this.targetPort, '127.0.0.1');
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      this.#sockets.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
      socket.pipe(other);
    }
  }
}

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { LOCALHOST_CERTIFICATE } from '@trunkline/testing';

/** The response of a proxy to a CONNECT: the head of a response in place of a tunnel, or nothing. */
export type ProxyScript = (asked: IncomingMessage, socket: Duplex) => 'tunnel' | 'refused';

/** A proxy that opens tunnels. */
export class ConnectProxy {
  /** Targets of the requested tunnels: `host:port`. */
  readonly tunnels: string[] = [];
  /** The `Proxy-Authorization` of each request. */
  readonly authorizations: (string | undefined)[] = [];
  readonly #sockets = new Set<Duplex>();

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    private readonly script: ProxyScript,
  ) {
    server.on('connect', (asked, socket) => this.#handleConnect(asked, socket));
    server.on('connection', (socket) => this.#track(socket));
  }

  static async listen(script: ProxyScript = () => 'tunnel', isSecure = false): Promise<ConnectProxy> {
    const server = isSecure ? createSecureServer(LOCALHOST_CERTIFICATE) : createServer();
    const proxy = new ConnectProxy(server, script);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  /** `host:port` */
  get address(): string {
    return `localhost:${(this.server.address() as AddressInfo).port}`;
  }

  /** Number of open sockets to and from the proxy. */
  get openSockets(): number {
    return this.#sockets.size;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  #handleConnect(asked: IncomingMessage, socket: Duplex): void {
    socket.on('error', () => undefined);
    this.tunnels.push(asked.url ?? '');
    this.authorizations.push(asked.headers['proxy-authorization']);
    if (this.script(asked, socket) === 'refused') {
      // An HTTP server leaves it half open, and a socket without a reader does not notice that the other side closes.
      socket.on('end', () => socket.destroy()).resume();
      return;
    }
    const port = Number(asked.url?.split(':').at(-1));
    const upstream: Socket = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    upstream.on('close', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
    this.#track(upstream);
  }

  #track(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
  }
}

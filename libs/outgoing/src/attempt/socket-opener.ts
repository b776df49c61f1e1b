import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { buildConnector } from 'undici';
import { ConnectTimeoutError } from './connect-timeout-error';

/** How sockets to an upstream are opened. */
export interface SocketOpenerOptions {
  /** From the look-up of the name to the end of the TLS handshake. */
  readonly connectTimeoutMs: number;
  /** Certificates, PEM, that are trusted in place of those that come with Node. */
  readonly ca: string | undefined;
}

/** An idle socket is probed after this long, so that one which a firewall has dropped is found out. */
const KEEP_ALIVE_PROBE_MS = 60_000;

/**
 * Opens sockets for undici, and only as long as somebody waits for one. Its own connector looks at the clock twice a second
 * only, and after a request was aborted it opens another socket for it, which then lies idle: to an upstream that hangs, one
 * for each call that timed out.
 */
export class SocketOpener {
  readonly #opening = new Set<Socket>();
  #waiting = 0;
  #session: Buffer | undefined;

  constructor(private readonly options: SocketOpenerOptions) {}

  /** Somebody waits for a socket. Ends with one call of `served` or `givenUp`. */
  awaited(): void {
    this.#waiting += 1;
  }

  /** One of those who waited has a socket. */
  served(): void {
    this.#waiting -= 1;
  }

  /** One of those who waited waits no longer. */
  givenUp(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.close();
  }

  /** Drops what is being opened. */
  close(): void {
    for (const socket of this.#opening) socket.destroy(new Error('nobody waits for the connection any more'));
  }

  readonly connect: buildConnector.connector = ({ hostname, protocol, port }, done) => {
    if (this.#waiting === 0) return done(new Error('nobody waits for a connection'), null);
    const { connectTimeoutMs } = this.options;
    const isSecure = protocol === 'https:';
    const socket = isSecure ? this.#openTls(hostname, port) : connectTcp({ host: hostname, port: Number(port || 80) });
    const timer = setTimeout(() => socket.destroy(new ConnectTimeoutError(connectTimeoutMs)), connectTimeoutMs);
    const leave = () => {
      clearTimeout(timer);
      this.#opening.delete(socket);
    };
    const fail = (error: Error) => {
      leave();
      done(error, null);
    };
    this.#opening.add(socket);
    socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_PROBE_MS);
    socket.once('error', fail).once(isSecure ? 'secureConnect' : 'connect', () => {
      leave();
      socket.off('error', fail);
      done(null, socket);
    });
  };

  #openTls(host: string, port: string): Socket {
    const { ca } = this.options;
    const socket = connectTls({
      host,
      port: Number(port || 443),
      // Said here because an environment variable can turn it off for the whole process.
      rejectUnauthorized: true,
      ...(isIP(host) === 0 && { servername: host }),
      ...(ca !== undefined && { ca }),
      ...(this.#session && { session: this.#session }),
    });
    return socket.on('session', (session: Buffer) => {
      this.#session = session;
    });
  }
}

import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import type { buildConnector } from 'undici';
import type { TlsSettings } from '../configuration/tls-section';
import { HostAddresses } from '../dns/host-addresses';
import { HostResolver } from '../dns/host-resolver';
import { ConnectTimeoutError } from './connect-timeout-error';

/** How sockets to an upstream are opened. */
export interface SocketOpenerOptions {
  /** From the look-up of the name to the end of the TLS handshake. */
  readonly connectTimeoutMs: number;
  readonly tls: TlsSettings | undefined;
  /** May an upstream that offers HTTP/2 be spoken to in it? */
  readonly allowH2: boolean;
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
  readonly #addresses: HostAddresses;
  #waiting = 0;
  #session: Buffer | undefined;

  #secureContext: SecureContext | undefined;

  constructor(private readonly options: SocketOpenerOptions) {
    const resolver = new HostResolver();
    this.#addresses = new HostAddresses((host) => resolver.addressesOf(host));
  }

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
    const socket = isSecure ? this.#openTls(hostname, port) : this.#openTcp(hostname, port);
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

  #openTcp(host: string, port: string): Socket {
    return connectTcp({ host, port: Number(port || 80), lookup: this.#addresses.lookup });
  }

  #openTls(host: string, port: string): Socket {
    const socket = connectTls({
      host,
      port: Number(port || 443),
      lookup: this.#addresses.lookup,
      // Said here because an environment variable can turn it off for the whole process.
      rejectUnauthorized: true,
      ...(isIP(host) === 0 && { servername: host }),
      ALPNProtocols: this.options.allowH2 ? ['h2', 'http/1.1'] : ['http/1.1'],
      secureContext: (this.#secureContext ??= secureContextOf(this.options.tls)),
      ...(this.#session && { session: this.#session }),
    });
    return socket.on('session', (session: Buffer) => {
      this.#session = session;
    });
  }
}

function secureContextOf({ ca, cert, key }: TlsSettings = {}): SecureContext {
  return createSecureContext({
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  });
}

import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import type { TlsSettings } from '@trunkline/config';
import type { buildConnector } from 'undici';
import type { ProxySettings } from '@trunkline/config';
import { HostAddressCache } from '../dns/host-address-cache';
import { HostResolver } from '../dns/host-resolver';
import { PendingSocket } from './pending-socket';
import { ResponseHeadNormalizer } from './response-head-normalizer';
import { openTunnel, type TunnelTarget } from './tunnel';

/** Options of the sockets to an upstream. */
export interface SocketConnectorOptions {
  /** From the lookup of the name to the end of the TLS handshake, the tunnel through the proxy included. */
  readonly connectTimeoutMs: number;
  /** `undefined`: the upstream is reached directly. */
  readonly proxy: ProxySettings | undefined;
  readonly tls: TlsSettings | undefined;
  /** Most bytes of the headers of a response. */
  readonly maxHeaderBytes: number;
}

/** Protocols that the TLS handshake offers (RFC 7301), the preferred one first. */
type AlpnProtocols = readonly ('h2' | 'http/1.1')[];

interface ConnectTarget extends TunnelTarget {
  readonly isSecure: boolean;
  readonly alpn: AlpnProtocols;
}

const ALPN_HTTP1: AlpnProtocols = ['http/1.1'];
const ALPN_HTTP2: AlpnProtocols = ['h2', 'http/1.1'];

/** Idle time before a socket is probed, which detects one that a firewall has dropped. */
const KEEP_ALIVE_PROBE_MS = 60_000;

/**
 * Opens sockets for undici, only while a request waits for one. The connector of undici checks its time limit twice a second only, and
 * opens another socket after a request was aborted: with an upstream that hangs, one idle socket for each call that timed out.
 */
export class SocketConnector {
  readonly #pendingSockets = new Set<PendingSocket>();
  readonly #addresses: HostAddressCache;
  #waiterCount = 0;
  /** Whether a request has a socket, and its first byte is about to be written. */
  #isWriting = false;
  #tlsSession: Buffer | undefined;
  #secureContext: SecureContext | undefined;

  constructor(private readonly options: SocketConnectorOptions) {
    const resolver = new HostResolver();
    this.#addresses = new HostAddressCache((host) => resolver.resolve(host));
  }

  /** Adds a request that waits for a socket, until `serveWaiter` or `cancelWaiter` is called once. */
  addWaiter(): void {
    this.#waiterCount += 1;
  }

  /** Removes a waiting request that has a socket. */
  serveWaiter(): void {
    this.#waiterCount -= 1;
    this.#isWriting = true;
  }

  /** Removes a waiting request that was cancelled. */
  cancelWaiter(): void {
    this.#waiterCount -= 1;
    if (this.#waiterCount === 0) this.close();
  }

  /** Aborts all sockets that are being opened. */
  close(): void {
    for (const pending of this.#pendingSockets)
      pending.abort(new Error('no request waits for the connection any more'));
  }

  /** Opens a socket for HTTP/1.1. */
  readonly connect: buildConnector.connector = (target, done) =>
    this.#open(target, ALPN_HTTP1, (...outcome) => {
      const [, socket] = outcome;
      if (socket) this.normalizeResponseHeads(socket);
      done(...outcome);
    });

  /** Opens a socket for HTTP/2, or for HTTP/1.1 where the upstream does not offer HTTP/2: see its `alpnProtocol`. */
  readonly negotiate: buildConnector.connector = (target, done) => this.#open(target, ALPN_HTTP2, done);

  #open(
    { hostname: host, protocol, port }: buildConnector.Options,
    alpn: AlpnProtocols,
    done: buildConnector.Callback,
  ): void {
    if (this.#waiterCount === 0) return done(new Error('no request waits for a connection'), null);
    const pending = new PendingSocket(this.options.connectTimeoutMs, (...outcome) => {
      this.#pendingSockets.delete(pending);
      done(...outcome);
    });
    this.#pendingSockets.add(pending);
    const isSecure = protocol === 'https:';
    const target = { host, port: port || (isSecure ? '443' : '80') };
    const { proxy } = this.options;
    if (proxy) this.#openThroughProxy(proxy, { ...target, isSecure, alpn }, pending);
    else this.#openDirectly({ ...target, isSecure, alpn }, pending);
  }

  /**
   * Applies a {@link ResponseHeadNormalizer} to what undici reads from a socket.
   *
   * undici writes a request in the same tick in which it announces it (`serveWaiter`), and reads by `read`.
   */
  normalizeResponseHeads(socket: Socket): void {
    const heads = new ResponseHeadNormalizer(this.options.maxHeaderBytes);
    const read: (size?: number) => unknown = socket.read.bind(socket);
    const write = socket.write.bind(socket);
    // Assigned one by one: `Object.assign` would turn the socket into an object with slow properties.
    socket.read = (size) => {
      const chunk = read(size);
      return Buffer.isBuffer(chunk) ? heads.normalize(chunk) : chunk;
    };
    socket.write = (data: string | Uint8Array, encoding?: unknown, written?: unknown) => {
      if (this.#isWriting) {
        this.#isWriting = false;
        heads.expectResponse();
      }
      return Reflect.apply(write, undefined, [data, encoding, written]);
    };
  }

  #openDirectly({ isSecure, alpn, ...target }: ConnectTarget, pending: PendingSocket): void {
    const socket = isSecure
      ? this.#openTls({ ...this.#createConnectOptions(target), ALPNProtocols: [...alpn] }, target.host)
      : connectTcp(this.#createConnectOptions(target));
    enableKeepAlive(socket);
    pending.awaitEvent(socket, isSecure ? 'secureConnect' : 'connect', () => pending.succeed(socket));
  }

  #openThroughProxy(proxy: ProxySettings, { isSecure, alpn, ...target }: ConnectTarget, pending: PendingSocket): void {
    const proxyOptions = this.#createConnectOptions({
      host: proxy.host,
      port: proxy.port || (proxy.isSecure ? '443' : '80'),
    });
    const socket = proxy.isSecure ? this.#openTlsToProxy(proxyOptions, proxy.host) : connectTcp(proxyOptions);
    enableKeepAlive(socket);
    pending.awaitEvent(socket, proxy.isSecure ? 'secureConnect' : 'connect', () =>
      openTunnel(socket, proxy, target, (failure) => {
        if (failure) return pending.fail(failure);
        if (!isSecure) return pending.succeed(socket);
        // Errors of the outer socket are reported by the inner one.
        socket.on('error', () => undefined);
        const inner = this.#openTls({ socket, ALPNProtocols: [...alpn] }, target.host);
        pending.awaitEvent(inner, 'secureConnect', () => pending.succeed(inner));
      }),
    );
  }

  #createConnectOptions({ host, port }: TunnelTarget) {
    return { host, port: Number(port), lookup: this.#addresses.lookup };
  }

  #openTls(options: ConnectionOptions, host: string): Socket {
    const socket = connectTls({
      ...options,
      ...createVerifyOptions(host),
      secureContext: (this.#secureContext ??= createTlsContext(this.options.tls)),
      ...(this.#tlsSession && { session: this.#tlsSession }),
    });
    // Node reports an alert after the handshake, such as one about client certificates in TLS 1.3, but leaves the socket open.
    // undici would no longer know it by the time the other side closes.
    socket.on('error', (error) => socket.destroy(error));
    return socket.on('session', (session: Buffer) => {
      this.#tlsSession = session;
    });
  }

  /** Trusts the CAs of the connection, and sends no client certificate: that is for the upstream. */
  #openTlsToProxy(options: ConnectionOptions, host: string): Socket {
    const { ca } = this.options.tls ?? {};
    return connectTls({
      ...options,
      ...createVerifyOptions(host),
      ALPNProtocols: ['http/1.1'],
      ...(ca !== undefined && { ca }),
    });
  }
}

function enableKeepAlive(socket: Socket): void {
  socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_PROBE_MS);
}

/** Creates the options of verification. Each socket has them, because an environment variable can turn it off for the process. */
function createVerifyOptions(host: string): ConnectionOptions {
  return { host, rejectUnauthorized: true, ...(isIP(host) === 0 && { servername: host }) };
}

function createTlsContext({ ca, cert, key }: TlsSettings = {}): SecureContext {
  return createSecureContext({
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  });
}

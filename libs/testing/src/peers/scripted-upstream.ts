import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { listenOnFreePort } from './listen-on-free-port';
import { LOCALHOST_CERTIFICATE } from './localhost-certificate';

/** Called for each complete request with its text and its number, from 1. Writes the response, or breaks off. */
export type Script = (socket: Socket, request: string, count: number) => void;

/**
 * An HTTP/1.1 upstream on a free port of 127.0.0.1 that writes the bytes that a test defines: also responses that no HTTP server would
 * send, late ones, and none.
 */
export class ScriptedUpstream {
  /** The received requests as text. */
  readonly requests: string[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    /** Its URL, without a path. */
    readonly url: string,
  ) {}

  /** Starts one. The caller closes it. */
  static listen(script: Script): Promise<ScriptedUpstream> {
    return ScriptedUpstream.#start(createServer(), script, 'http://127.0.0.1');
  }

  /** Starts one with a self-signed certificate for `localhost`. */
  static listenTls(script: Script, host = 'localhost'): Promise<ScriptedUpstream> {
    return ScriptedUpstream.#start(createTlsServer(LOCALHOST_CERTIFICATE), script, `https://${host}`);
  }

  /** Starts one that requires the same certificate of its clients. */
  static listenMutualTls(script: Script, options: TlsOptions = {}): Promise<ScriptedUpstream> {
    const mutual = { ca: LOCALHOST_CERTIFICATE.cert, requestCert: true, rejectUnauthorized: true };
    const server = createTlsServer({ ...LOCALHOST_CERTIFICATE, ...mutual, ...options });
    return ScriptedUpstream.#start(server, script, 'https://localhost');
  }

  static async #start(server: Server, script: Script, origin: string): Promise<ScriptedUpstream> {
    const port = await listenOnFreePort(server);
    const upstream = new ScriptedUpstream(server, `${origin}:${port}`);
    server.on('connection', (socket: Socket) => upstream.#track(socket));
    const event = origin.startsWith('https') ? 'secureConnection' : 'connection';
    server.on(event, (socket: Socket) => upstream.#handleConnection(socket, script));
    // A client that does not trust the certificate closes the connection, as some specs require.
    server.on('tlsClientError', () => undefined);
    return upstream;
  }

  /** Number of sockets that neither side has closed. */
  get openSockets(): number {
    return this.#sockets.size;
  }

  /** Closes its sockets and its port. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
  }

  #handleConnection(socket: Socket, script: Script): void {
    let received = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      const length = findRequestLength(received);
      if (length === undefined || received.length < length) return;
      const request = received.slice(0, length);
      received = received.slice(length);
      this.requests.push(request);
      script(socket, request, this.requests.length);
    });
  }
}

/** Finds the length of a request; `undefined` while its head is incomplete. */
function findRequestLength(received: string): number | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const bodyLength = Number(/^content-length: (\d+)/im.exec(received.slice(0, headEnd))?.[1] ?? 0);
  return headEnd + 4 + bodyLength;
}

/** Creates the bytes of a response, with `Content-Length` unless the headers contain one. */
export function createResponse(
  status: number,
  body: string | Buffer = '',
  headers: Readonly<Record<string, string>> = {},
): Buffer {
  const bytes = Buffer.from(body);
  const all = { 'content-length': String(bytes.length), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Status\r\n${lines.join('')}\r\n`), bytes]);
}

/** Creates the bytes of a response with JSON. Default: status 200. */
export function createJsonResponse(
  value: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Buffer {
  return createResponse(status, JSON.stringify(value), { 'content-type': 'application/json', ...headers });
}

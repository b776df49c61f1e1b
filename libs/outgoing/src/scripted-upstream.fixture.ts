import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { LOCALHOST_CERTIFICATE } from './localhost-certificate.fixture';

/** The real timer, also in specs with virtual time. */
const realSetTimeout = setTimeout;
const POLL_MS = 2;

/** Called for each complete request; `request` is its text, `count` its number from 1. */
export type Script = (socket: Socket, request: string, count: number) => void;

/** An upstream that writes the bytes that a spec defines. */
export class ScriptedUpstream {
  /** The received requests as text. */
  readonly requests: string[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

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
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
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

/** Creates the bytes of a response. */
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

/** Creates the bytes of a response with JSON. */
export function createJsonResponse(
  value: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Buffer {
  return createResponse(status, JSON.stringify(value), { 'content-type': 'application/json', ...headers });
}

/** Waits until a condition holds, five seconds of real time at most. */
export async function waitUntil(condition: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error('the condition did not hold within five seconds');
    await new Promise((resolve) => realSetTimeout(resolve, POLL_MS));
  }
}

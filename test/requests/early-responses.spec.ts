import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { BusService, Service } from 'trunkline';
import { LOCALHOST_CERTIFICATE } from '@trunkline/testing';
import { type RunningBus, startBus } from '../running-bus';

@BusService({ name: 'echo' })
class Echo extends Service {
  static runs = 0;
  handle() {
    Echo.runs += 1;
    return { runs: Echo.runs };
  }
}

@Controller('own')
class Own {
  @Post()
  echo(@Body() body: unknown) {
    return body;
  }
}

@Module({ controllers: [Own] })
class OwnModule {}

const channels = `
channels:
  rest:
    open: { method: POST, path: /open, service: echo }
    closed: { method: POST, path: /closed, service: echo, maintenance: {} }
    partners: { method: POST, path: /partners, service: echo, security: [partners] }
    limited: { method: POST, path: /limited, service: echo, rateLimit: [{ limit: 1, per: 1h }] }
security:
  partners: { type: apiKey, header: X-API-Key, callers: [{ name: acme, key: key-of-acme }] }
`;
const TLS = JSON.stringify({ cert: LOCALHOST_CERTIFICATE.cert, key: LOCALHOST_CERTIFICATE.key });
const TRUSTING = { ca: LOCALHOST_CERTIFICATE.cert, servername: 'localhost' };
const PIECE = Buffer.alloc(65_536, ' ');
const LARGE = 2_097_152;
const JSON_TYPE = 'Content-Type: application/json';
const SMALL_POST = `POST /open HTTP/1.1\r\nHost: a\r\n${JSON_TYPE}\r\nContent-Length: 2\r\n\r\n{}`;

const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));

/** Reads a connection until the other side closes its half. The own half stays open. */
function answerOn(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    socket.once('end', () => resolve(Buffer.concat(chunks).toString()));
    socket.once('error', reject);
  });
}

const opened = (port: number) => connect({ port, host: '127.0.0.1', allowHalfOpen: true });

describe.each([
  ['HTTP', '', opened],
  ['HTTPS', `tls: ${TLS},`, (port: number) => connectTls({ socket: opened(port), ...TRUSTING })],
] as const)('Over %s, a client that is still sending a large body', (scheme, tls, open) => {
  let running: RunningBus;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    running = await startBus({
      config: {
        'channels.yaml': channels,
        'test-bus.yaml': `bus: { http: { port: 0, ${tls} bodyLimit: 1MiB }, log: { level: debug } }`,
      },
      services: [Echo],
      modules: [OwnModule],
    });
  });
  afterAll(() => running.stop());
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });
  const client = async () => {
    const socket = open(Number(new URL(running.url).port));
    sockets.push(socket);
    await once(socket, scheme === 'HTTPS' ? 'secureConnect' : 'connect');
    return socket;
  };
  /** Sends a whole request before it reads the response, as simple clients do. */
  const sendFirst = async (head: string, bytes: number) => {
    const socket = await client();
    const text = answerOn(socket);
    socket.write(head);
    for (let sent = 0; sent < bytes; sent += PIECE.length) {
      await new Promise<void>((resolve, reject) => {
        socket.write(PIECE, (error) => (error ? reject(error) : resolve()));
      });
    }
    socket.end();
    return text;
  };
  const post = (path: string, ...more: string[]) =>
    [`POST ${path} HTTP/1.1`, 'Host: a', `Content-Length: ${LARGE}`, ...more, '\r\n'].join('\r\n');

  it.each([
    ['without credentials', post('/partners', JSON_TYPE), 401],
    ['that is larger than it may be', post('/open', JSON_TYPE), 413],
    ['of another kind', post('/open', 'Content-Type: text/plain'), 415],
    ['of no kind', post('/open'), 415],
    ['to what is being worked on', post('/closed', JSON_TYPE), 503],
    ['to a controller, larger than it may be', post('/own', JSON_TYPE), 413],
    ['with two Hosts', post('/open', JSON_TYPE, 'Host: b'), 400],
    ['with an expectation of another kind', post('/open', JSON_TYPE, 'Expect: gold'), 417],
  ])('reads the response: %s', async (_what, head, status) => {
    const text = await sendFirst(head, LARGE);

    expect(statuses(text)).toEqual([status]);
    expect(text.toLowerCase()).toContain('connection: close');
  });

  it('reads that it has exceeded the rate limit', async () => {
    const allowed = `${post('/limited', JSON_TYPE).replace(String(LARGE), '2')}{}`;

    const text = await sendFirst(`${allowed}${post('/limited', JSON_TYPE)}`, LARGE);

    expect(statuses(text)).toEqual([200, 429]);
  });

  it('reads the responses to earlier requests on the same connection', async () => {
    Echo.runs = 0;

    const text = await sendFirst(`${SMALL_POST}${post('/partners', JSON_TYPE)}`, LARGE);

    expect(statuses(text)).toEqual([200, 401]);
    expect(Echo.runs).toBe(1);
  });

  it('reads the error of the framing of its body', async () => {
    const chunked = ['POST /open HTTP/1.1', 'Host: a', JSON_TYPE, 'Transfer-Encoding: chunked', '\r\n'].join('\r\n');

    const text = await sendFirst(`${chunked}zz\r\n`, LARGE);

    expect(statuses(text)).toEqual([400]);
  });

  it('cannot run a request after the rejected body', async () => {
    Echo.runs = 0;
    const socket = await client();
    socket.write(post('/partners', JSON_TYPE));
    for (let sent = 0; sent < LARGE; sent += PIECE.length) socket.write(PIECE);
    socket.write(SMALL_POST);

    expect(statuses(await answerOn(socket))).toEqual([401]);
    expect(Echo.runs).toBe(0);
  });

  it('is disconnected when it does not stop', async () => {
    const socket = await client();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined).resume();
    socket.write(post('/partners', JSON_TYPE).replace(`${LARGE}`, '9000000000'));
    const goOn = (error?: Error | null) => {
      if (!error && !socket.destroyed) socket.write(PIECE, goOn);
    };
    goOn();

    await closed;

    expect(socket.bytesWritten).toBeLessThan(200 * 1_048_576);
  });
});

/** Responds when the test releases it. */
@BusService({ name: 'wait' })
class Wait extends Service {
  static waiting: (() => void)[] = [];
  async handle() {
    await new Promise<void>((resolve) => Wait.waiting.push(resolve));
    return { waited: true };
  }
}

describe('A large body is rejected before routing, and its client reads the error', () => {
  const post = (url: string) =>
    fetch(`${url}/open`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.alloc(LARGE, ' '),
    });

  it('while the bus is in maintenance', async () => {
    const running = await startBus({
      config: { 'channels.yaml': channels, 'test-bus.yaml': 'bus: { http: { port: 0 }, maintenance: {} }' },
      services: [Echo],
    });

    for (let index = 0; index < 5; index += 1) await expect(post(running.url)).resolves.toMatchObject({ status: 503 });

    await running.stop();
  });

  it('while too many requests are in flight', async () => {
    const running = await startBus({
      config: {
        'channels.yaml': channels.replace('service: echo }', 'service: wait }'),
        'test-bus.yaml': 'bus: { http: { port: 0, overload: { inFlight: 1 } } }',
      },
      services: [Echo, Wait],
    });
    const waiting = fetch(`${running.url}/open`, { method: 'POST' });
    while (Wait.waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));

    for (let index = 0; index < 5; index += 1) await expect(post(running.url)).resolves.toMatchObject({ status: 503 });

    for (const resume of Wait.waiting.splice(0)) resume();
    await expect(waiting).resolves.toMatchObject({ status: 200 });
    await running.stop();
  });
});

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { CancelledError, DeadlineExceededError, UpstreamError } from '@trunkline/failures';
import { CancelScope, Deadline } from '@trunkline/time';
import { catchRejection, TestBus } from '../../test-bus.fixture';
import {
  createJsonResponse,
  createResponse,
  LOCALHOST_CERTIFICATE,
  type Script,
  ScriptedUpstream,
  waitUntil,
} from '@trunkline/testing';
import { useVirtualTime } from '../../../../testing/src/virtual-time/use-virtual-time.fixture';

useVirtualTime();

const TIMEOUT_MS = 200;
const CONNECT_TIMEOUT_MS = 150;
const LATE_MS = 2;

let upstream: ScriptedUpstream | undefined;
let bus: TestBus | undefined;

afterEach(async () => {
  await bus?.close();
  await upstream?.close();
  bus = upstream = undefined;
});

/** Calls an address once; what that failed with, and how long it took. */
async function callFails(url: string, settings: object = {}) {
  const connection = {
    url,
    timeout: `${TIMEOUT_MS}ms`,
    connectTimeout: `${CONNECT_TIMEOUT_MS}ms`,
    retry: 'off',
    maxResponse: '1KiB',
    ...settings,
  };
  bus = new TestBus({ outgoing: { rest: { CRM: connection } } });
  const started = performance.now();
  const thrown = await catchRejection(bus.run((crm) => crm.get('/things/1')));
  return { thrown, tookMs: performance.now() - started };
}

const write =
  (...parts: (string | Buffer)[]): Script =>
  (socket) => {
    for (const part of parts) socket.write(part);
  };
const writeAndEnd =
  (...parts: (string | Buffer)[]): Script =>
  (socket) => {
    for (const part of parts) socket.write(part);
    socket.end();
  };
/** Writes something every few milliseconds for as long as the socket is open. */
const drip =
  (first: string, each: string, everyMs = 10): Script =>
  (socket) => {
    socket.write(first);
    const timer = setInterval(() => socket.write(each), everyMs);
    socket.on('close', () => clearInterval(timer));
  };

const JSON_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const GZIPPED = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('an upstream that breaks off', () => {
  it.each<[string, Script]>([
    ['closes without an answer', (socket) => socket.end()],
    ['resets the connection', (socket) => socket.resetAndDestroy()],
    [
      'resets in the body',
      (socket) => socket.write(`${JSON_HEAD}content-length: 9\r\n\r\n{"a"`, () => socket.resetAndDestroy()),
    ],
    ['cuts the body', writeAndEnd(`${JSON_HEAD}content-length: 9\r\n\r\n{"a"`)],
    ['cuts a chunked body', writeAndEnd(`${JSON_HEAD}transfer-encoding: chunked\r\n\r\n4\r\n{"a"\r\n`)],
    ['sends a bad chunk', write(`${JSON_HEAD}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n`)],
    ['speaks HTTP/0.9', writeAndEnd('<html>hello</html>')],
    ['sends garbage', write(Buffer.from([0x16, 0x03, 0x01, 0x00, 0xff, 0x00]))],
    ['sends two lengths', write(`${JSON_HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`)],
    ['sends a length that is no number', write(`${JSON_HEAD}content-length: two\r\n\r\n{}`)],
    [
      'agrees to switch protocols',
      write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    ],
    ['agrees to switch to nothing', write('HTTP/1.1 101 Switching Protocols\r\n\r\n')],
    ['says Continue, unasked', write('HTTP/1.1 100 Continue\r\n\r\n'.repeat(50))],
    ['gives interim answers only', drip('', 'HTTP/1.1 103 Early Hints\r\n\r\n')],
  ])('%s: UPSTREAM_PROTOCOL_ERROR', async (_what, script) => {
    upstream = await ScriptedUpstream.listen(script);

    const { thrown, tookMs } = await callFails(upstream.url);

    expect(thrown).toBeInstanceOf(UpstreamError);
    expect(thrown).toMatchObject({ code: 'UPSTREAM_PROTOCOL_ERROR', status: 502, wasSent: true, connection: 'CRM' });
    expect(tookMs).toBeLessThan(TIMEOUT_MS + LATE_MS);
  });
});

describe('an upstream that is too slow', () => {
  it.each<[string, Script]>([
    ['never answers', () => undefined],
    ['stops in the head', write('HTTP/1.1 200 OK\r\ncontent-')],
    ['stops after the head', write(`${JSON_HEAD}content-length: 9\r\n\r\n`)],
    ['stops in the body', write(`${JSON_HEAD}content-length: 9\r\n\r\n{"a"`)],
    ['drips its head', drip('HTTP/1.1 200 OK\r\nx: ', 'x')],
    ['drips its body', drip(`${JSON_HEAD}content-length: 900\r\n\r\n`, ' ')],
    ['drips chunks', drip(`${JSON_HEAD}transfer-encoding: chunked\r\n\r\n`, '1\r\n \r\n')],
    ['drips what has no end', drip(`${JSON_HEAD}\r\n`, ' ')],
  ])('%s: UPSTREAM_TIMEOUT, and the socket is closed', async (_what, script) => {
    upstream = await ScriptedUpstream.listen(script);

    const { thrown, tookMs } = await callFails(upstream.url);

    expect(thrown).toMatchObject({ code: 'UPSTREAM_TIMEOUT', status: 504, wasSent: true });
    expect(tookMs).toBeGreaterThan(TIMEOUT_MS - 2);
    expect(tookMs).toBeLessThan(TIMEOUT_MS + LATE_MS);
    await waitUntil(() => upstream?.openSockets === 0);
  });
});

describe('an unreadable response', () => {
  it.each<[string, Buffer]>([
    ['HTML', createResponse(200, '<h1>It works</h1>', { 'content-type': 'text/html' })],
    ['HTML that is called JSON', createResponse(200, '<h1>It works</h1>', { 'content-type': 'application/json' })],
    ['cut JSON', createResponse(200, '{"a":', { 'content-type': 'application/json' })],
    ['JSON that is not announced', createResponse(200, '{}')],
    ['JSON that is called text', createResponse(200, '{}', { 'content-type': 'text/plain' })],
    ['blanks', createResponse(200, '  ', { 'content-type': 'application/json' })],
    ['bad UTF-8', createResponse(200, Buffer.from([0x22, 0xff, 0x22]), { 'content-type': 'application/json' })],
    ['another charset', createResponse(200, '{}', { 'content-type': 'application/json; charset=utf-16' })],
    [
      'a number that a double cannot hold',
      createResponse(200, '{"id":9007199254740993}', { 'content-type': 'application/json' }),
    ],
    [
      'a coding that was not asked for',
      createResponse(200, '{}', { 'content-type': 'application/json', 'content-encoding': 'br' }),
    ],
    ['what is not gzip', createResponse(200, 'no gzip at all', GZIPPED)],
    ['cut gzip', createResponse(200, gzipSync('{"a":"some text"}').subarray(0, -12), GZIPPED)],
  ])('%s with 200: UPSTREAM_INVALID_RESPONSE, and the socket can be used again', async (_what, bytes) => {
    upstream = await ScriptedUpstream.listen((socket) => socket.write(bytes));

    const { thrown } = await callFails(upstream.url);

    expect(thrown).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE', status: 502, wasSent: true });
    expect(upstream.openSockets).toBe(1);
  });

  it('JSON nested deeper than 512 levels: UPSTREAM_INVALID_RESPONSE', async () => {
    upstream = await ScriptedUpstream.listen((socket) =>
      socket.write(createResponse(200, nested(513), { 'content-type': 'application/json' })),
    );

    const { thrown } = await callFails(upstream.url, { maxResponse: '1MiB' });

    expect(thrown).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
  });

  it.each<[string, Script]>([
    ['with a length', write(createResponse(200, 'x'.repeat(2_000)))],
    ['without a length', drip(`${JSON_HEAD}\r\n`, 'x'.repeat(300))],
    ['in chunks', drip(`${JSON_HEAD}transfer-encoding: chunked\r\n\r\n`, `100\r\n${'x'.repeat(256)}\r\n`)],
    ['once decompressed', write(createResponse(200, gzipSync(Buffer.alloc(100_000)), GZIPPED))],
    ['in its head', write(`${JSON_HEAD}x-large: ${'x'.repeat(17_000)}\r\ncontent-length: 2\r\n\r\n{}`)],
  ])('larger than is taken, %s: UPSTREAM_RESPONSE_TOO_LARGE', async (_how, script) => {
    upstream = await ScriptedUpstream.listen(script);

    const { thrown, tookMs } = await callFails(upstream.url);

    expect(thrown).toMatchObject({ code: 'UPSTREAM_RESPONSE_TOO_LARGE', status: 502, wasSent: true });
    expect(tookMs).toBeLessThan(TIMEOUT_MS + LATE_MS);
  });

  it('closes the socket of a response that is too large', async () => {
    upstream = await ScriptedUpstream.listen(drip(`${JSON_HEAD}\r\n`, 'x'.repeat(300)));

    await callFails(upstream.url);

    await waitUntil(() => upstream?.openSockets === 0);
  });
});

describe('an upstream that cannot be reached', () => {
  it('refuses the connection: UPSTREAM_UNREACHABLE, nothing sent', async () => {
    const gone = await ScriptedUpstream.listen(() => undefined);
    await gone.close();

    const { thrown } = await callFails(gone.url);

    expect(thrown).toMatchObject({ code: 'UPSTREAM_UNREACHABLE', status: 502, wasSent: false });
  });

  it('has an untrusted certificate: UPSTREAM_TLS_FAILED, nothing sent', async () => {
    upstream = await ScriptedUpstream.listenTls((socket) => socket.write(createJsonResponse({})));

    const { thrown } = await callFails(upstream.url);

    expect(thrown).toMatchObject({ code: 'UPSTREAM_TLS_FAILED', status: 502, wasSent: false });
    expect(upstream.requests).toEqual([]);
  });

  it('has a certificate for another name: UPSTREAM_TLS_FAILED', async () => {
    upstream = await ScriptedUpstream.listenTls((socket) => socket.write(createJsonResponse({})), '127.0.0.1');

    const { thrown } = await callFails(upstream.url, { tls: { ca: LOCALHOST_CERTIFICATE.cert } });

    expect(thrown).toMatchObject({ code: 'UPSTREAM_TLS_FAILED', wasSent: false });
  });

  it('speaks no TLS: UPSTREAM_TLS_FAILED', async () => {
    const plain = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const port = await listening(plain);

    const { thrown } = await callFails(`https://localhost:${port}`);

    expect(thrown).toMatchObject({ code: 'UPSTREAM_TLS_FAILED', wasSent: false });
    plain.close();
  });

  it('breaks off in the handshake: UPSTREAM_UNREACHABLE, for there was no connection', async () => {
    const plain = createServer((socket) => socket.destroy());
    const port = await listening(plain);

    const { thrown } = await callFails(`https://localhost:${port}`);

    expect(thrown).toMatchObject({ code: 'UPSTREAM_UNREACHABLE', wasSent: false });
    plain.close();
  });

  it.each([
    ['connectTimeout', { connectTimeout: '100ms', timeout: '5s' }],
    ['timeout', { connectTimeout: '5s', timeout: '100ms' }],
    ['total', { connectTimeout: '5s', total: '100ms' }],
  ])(
    'does not finish the handshake within %s: UPSTREAM_TIMEOUT, nothing sent, no socket left',
    async (_key, settings) => {
      const sockets = new Set<Socket>();
      const mute = createServer((socket) => sockets.add(socket.resume().on('close', () => sockets.delete(socket))));
      const port = await listening(mute);

      const { thrown, tookMs } = await callFails(`https://localhost:${port}`, settings);

      expect(thrown).toMatchObject({ code: 'UPSTREAM_TIMEOUT', status: 504, wasSent: false });
      expect(tookMs).toBeLessThan(100 + LATE_MS);
      await waitUntil(() => sockets.size === 0);
      mute.close();
    },
  );
});

describe('an upstream whose certificate is trusted', () => {
  it('is called', async () => {
    upstream = await ScriptedUpstream.listenTls((socket) => socket.write(createJsonResponse({ a: 1 })));
    bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url, tls: { ca: LOCALHOST_CERTIFICATE.cert } } } } });

    const responses = await bus.run(async (crm) => [await crm.get('/'), await crm.get('/')]);

    expect(responses).toMatchObject([{ data: { a: 1 } }, { data: { a: 1 } }]);
  });
});

describe('more calls than sockets', () => {
  it('are queued', async () => {
    upstream = await ScriptedUpstream.listen((socket) => setImmediate(() => socket.write(createJsonResponse({}))));
    bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url, bulkhead: 'off' } } } });

    const responses = await bus.run((crm) => Promise.all(Array.from({ length: 300 }, () => crm.get('/'))));

    expect(responses.every(({ ok }) => ok)).toBe(true);
    expect(upstream.openSockets).toBeLessThanOrEqual(128);
  });

  it('time out in the queue with nothing sent, and do not delay later calls', async () => {
    let isWell = false;
    upstream = await ScriptedUpstream.listen((socket) => isWell && socket.write(createJsonResponse({})));
    const unbounded = { timeout: '400ms', retry: 'off', circuitBreaker: 'off', bulkhead: 'off' };
    bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url, ...unbounded } } } });

    const failures = await bus.run((crm) =>
      Promise.all(Array.from({ length: 200 }, () => catchRejection(crm.get('/')))),
    );
    isWell = true;
    const later = await bus.run((crm) => crm.get('/'));

    expect(new Set(failures.map((failure) => failure instanceof UpstreamError && failure.code))).toEqual(
      new Set(['UPSTREAM_TIMEOUT']),
    );
    expect(failures.some((failure) => failure instanceof UpstreamError && !failure.wasSent)).toBe(true);
    expect(later.ok).toBe(true);
    await waitUntil(() => (upstream?.openSockets ?? 0) <= 1);
  });
});

describe('an invocation that ends before its call', () => {
  it('fails at its own deadline, and the socket is closed', async () => {
    upstream = await ScriptedUpstream.listen(() => undefined);
    bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url } } } });
    const started = performance.now();

    const thrown = await catchRejection(bus.run((crm) => crm.get('/'), { timeoutMs: 100 }));

    expect(thrown).toBeInstanceOf(DeadlineExceededError);
    expect(performance.now() - started).toBeLessThan(100 + LATE_MS);
    await waitUntil(() => upstream?.openSockets === 0);
  });

  it('fails with the reason it was cancelled for, and the socket is closed', async () => {
    const scope = new CancelScope(Deadline.in(5_000), () => new Error('expired'));
    const reason = new CancelledError();
    upstream = await ScriptedUpstream.listen(() => scope.cancel(reason));
    bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url } } } });
    let failure: unknown;

    await catchRejection(bus.run(async (crm) => (failure = await catchRejection(crm.get('/'))), { scope }));

    await waitUntil(() => upstream?.openSockets === 0);
    expect(failure).toBe(reason);
  });

  it('without waiting for it leaves the call to its own limits', async () => {
    upstream = await ScriptedUpstream.listen(() => undefined);
    bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url, timeout: '200ms', retry: 'off' } } } });
    let failure: Promise<unknown> | undefined;

    await bus.run(
      async (crm) => {
        failure = catchRejection(crm.get('/'));
      },
      { timeoutMs: 100 },
    );

    expect(await failure).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await waitUntil(() => upstream?.openSockets === 0);
  });

  it('sends nothing once it is cancelled', async () => {
    const scope = new CancelScope(Deadline.in(5_000), () => new Error('expired'));
    upstream = await ScriptedUpstream.listen((socket) => socket.write(createJsonResponse({})));
    bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url } } } });
    const reason = new CancelledError();
    let failure: unknown;

    const work = bus.run(
      async (crm) => {
        scope.cancel(reason);
        failure = await catchRejection(crm.get('/'));
      },
      { scope },
    );
    await catchRejection(work);

    await waitUntil(() => failure !== undefined);
    expect(failure).toBe(reason);
    expect(upstream.requests).toEqual([]);
  });
});

describe('a connection that is closed', () => {
  it('fails pending and later calls with SHUTTING_DOWN, and leaves no socket', async () => {
    upstream = await ScriptedUpstream.listen(() => void bus?.close());
    const { thrown } = await callFails(upstream.url);

    const later = await catchRejection(bus?.run((crm) => crm.get('/')) ?? Promise.resolve());

    expect([thrown, later]).toMatchObject([{ code: 'SHUTTING_DOWN' }, { code: 'SHUTTING_DOWN' }]);
    await waitUntil(() => upstream?.openSockets === 0);
  });
});

async function listening(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

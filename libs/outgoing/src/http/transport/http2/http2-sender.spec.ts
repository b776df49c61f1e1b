import { once } from 'node:events';
import {
  constants,
  createSecureServer,
  type Http2SecureServer,
  type SecureServerOptions,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { catchRejection, TestBus } from '../../../test-bus.fixture';
import { LOCALHOST_CERTIFICATE, waitUntil } from '@trunkline/testing';

const GRACEFUL = constants.NGHTTP2_NO_ERROR;

let server: Http2SecureServer;
let bus: TestBus;
/** Sessions in the order in which they were opened. */
let sessions: ServerHttp2Session[];
/** Requests that were processed, as `session:path`. */
let processed: string[];

afterEach(async () => {
  await bus.close();
  for (const session of sessions) session.destroy();
  server.close();
});

interface Request {
  readonly stream: ServerHttp2Stream;
  readonly path: string;
  /** Number of the session, from 1. */
  readonly on: number;
}

function reply({ stream, path, on }: Request): void {
  processed.push(`${on}:${path}`);
  if (stream.destroyed) return;
  stream.respond({ ':status': 200, 'content-type': 'application/json' });
  stream.end('{"a":1}');
}

/** An upstream that speaks HTTP/2 and does with its requests what it is told, and a connection to it. */
async function start(serve: (request: Request) => void, settings: object = {}, options: SecureServerOptions = {}) {
  sessions = [];
  processed = [];
  server = createSecureServer({ ...LOCALHOST_CERTIFICATE, ...options });
  server.on('session', (session) => {
    session.on('error', () => undefined);
    sessions.push(session);
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined).resume();
    const on = sessions.findIndex((session) => session === stream.session) + 1;
    serve({ stream, path: String(headers[':path']), on });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  const common = { url, allowH2: true, tls: { ca: LOCALHOST_CERTIFICATE.cert } };
  bus = new TestBus({ outgoing: { rest: { CRM: { ...common, ...settings } } } });
}

const paths = (count: number) => Array.from({ length: count }, (_, index) => `/${index + 1}`);
const postAll = (all: readonly string[]) =>
  bus.run((crm) => Promise.all(all.map(async (path) => crm.post(path, { body: { path } }))));

describe('requests over HTTP/2', () => {
  it('share one session, POSTs among them', async () => {
    const held: Request[] = [];
    await start((request) => {
      held.push(request);
      if (held.length === 20) held.forEach(reply);
    });

    const responses = await postAll(paths(20));

    expect(responses.every(({ ok }) => ok)).toBe(true);
    expect(sessions).toHaveLength(1);
  });

  it('do not exceed the concurrent streams of the upstream', async () => {
    const open = new Map<number, number>();
    let most = 0;
    const serve = (request: Request) => {
      open.set(request.on, (open.get(request.on) ?? 0) + 1);
      most = Math.max(most, open.get(request.on) ?? 0);
      setImmediate(() => {
        open.set(request.on, (open.get(request.on) ?? 0) - 1);
        reply(request);
      });
    };
    await start(serve, {}, { settings: { maxConcurrentStreams: 2 } });
    await postAll(['/first']);

    const responses = await postAll(paths(12));

    expect(responses.every(({ ok }) => ok)).toBe(true);
    expect(processed).toHaveLength(13);
    expect(most).toBeLessThanOrEqual(2);
  });

  it('have headers within the limit of the connection', async () => {
    const respond = ({ stream }: Request) => {
      stream.respond({ ':status': 204, 'x-large': 'x'.repeat(3_000) });
      stream.end();
    };
    await start(respond, { maxHeader: '2KiB' });

    const failure = await catchRejection(bus.run((crm) => crm.get('/')));

    expect(failure).toMatchObject({ code: 'UPSTREAM_RESPONSE_TOO_LARGE' });
  });

  it('may have interim responses, and a status without content', async () => {
    await start(({ stream }) => {
      stream.additionalHeaders({ ':status': 103 });
      stream.respond({ ':status': 304, 'content-length': '7' }, { endStream: true });
    });

    expect(await bus.run((crm) => crm.get('/'))).toMatchObject({ status: 304, data: undefined });
  });
});

describe('a session that the upstream ends in good order', () => {
  it('completes all requests that the upstream has accepted', async () => {
    const held: Request[] = [];
    await start((request) => {
      held.push(request);
      if (request.on > 1) return reply(request);
      if (held.length < 4) return;
      request.stream.session?.goaway(GRACEFUL, request.stream.id);
      // The GOAWAY has been read by the client before the answers are.
      setImmediate(() => held.forEach(reply));
    });

    const responses = await postAll(paths(4));
    const after = await postAll(['/after']);

    expect([...responses, ...after].every(({ ok }) => ok)).toBe(true);
    expect(processed.toSorted()).toEqual(['1:/1', '1:/2', '1:/3', '1:/4', '2:/after']);
  });

  it('sends what the upstream has not accepted over another session, once', async () => {
    const held: Request[] = [];
    await start((request) => {
      if (request.on > 1) return reply(request);
      held.push(request);
      if (held.length < 4) return;
      const [first, second] = held;
      request.stream.session?.goaway(GRACEFUL, second?.stream.id);
      setImmediate(() => [first, second].forEach((each) => each && reply(each)));
    });

    const responses = await postAll(paths(4));

    expect(responses.every(({ ok }) => ok)).toBe(true);
    expect(processed.map((each) => each.slice(2)).toSorted()).toEqual(paths(4));
    expect(processed.map((each) => each.slice(0, 1)).toSorted()).toEqual(['1', '1', '2', '2']);
  });

  it('resends a request that the upstream has not processed', async () => {
    let refused = 0;
    await start((request) => {
      if (refused === 2) return reply(request);
      refused += 1;
      request.stream.close(constants.NGHTTP2_REFUSED_STREAM);
    });

    expect(await postAll(['/1'])).toMatchObject([{ ok: true }]);
    expect(processed).toEqual(['1:/1']);
  });

  it('fails a request that is never processed', async () => {
    await start(({ stream }) => stream.close(constants.NGHTTP2_REFUSED_STREAM), { retry: 'off' });

    const failure = await catchRejection(bus.run((crm) => crm.post('/')));

    expect(failure).toMatchObject({ code: 'UPSTREAM_UNREACHABLE', wasSent: false });
  });
});

describe('a session that breaks', () => {
  it.each<[string, (request: Request) => void]>([
    ['the connection', ({ stream }) => stream.session?.destroy()],
    ['the session, with an error', ({ stream }) => stream.session?.goaway(constants.NGHTTP2_INTERNAL_ERROR, stream.id)],
    ['the stream', ({ stream }) => stream.close(constants.NGHTTP2_INTERNAL_ERROR)],
    ['the stream, after the headers', ({ stream }) => (stream.respond(), stream.destroy(new Error('broken')))],
  ])('fails a POST that may have been processed: %s', async (_what, serve) => {
    await start(serve);

    const failure = await catchRejection(bus.run((crm) => crm.post('/')));

    expect(failure).toMatchObject({ code: 'UPSTREAM_PROTOCOL_ERROR', wasSent: true });
    expect(sessions).toHaveLength(1);
  });

  it('is replaced for the next call', async () => {
    await start((request) => (request.path === '/broken' ? request.stream.session?.destroy() : reply(request)));

    await bus.run((crm) => crm.post('/broken').catch(() => undefined));

    expect(await postAll(['/next'])).toMatchObject([{ ok: true }]);
    expect(processed).toEqual(['2:/next']);
  });

  it('is replaced after a request without any received byte', async () => {
    await start((request) => (request.path === '/mute' ? undefined : reply(request)), { timeout: '200ms' });
    await postAll(['/1']);

    await bus.run((crm) => crm.post('/mute').catch(() => undefined));
    await postAll(['/2']);

    expect(processed).toEqual(['1:/1', '2:/2']);
  });

  it('ends with the bus: pending requests fail as shut down', async () => {
    const held: Request[] = [];
    await start((request) => held.push(request));

    const failure = catchRejection(bus.run((crm) => crm.post('/')));
    await waitUntil(() => held.length === 1);
    await bus.close();

    expect(await failure).toMatchObject({ code: 'SHUTTING_DOWN' });
  });
});

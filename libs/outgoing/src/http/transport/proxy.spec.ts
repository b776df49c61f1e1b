import { inspect } from 'node:util';
import { catchRejection, TestBus } from '../../test-bus.fixture';
import { ConnectProxy, type ProxyScript } from '../../connect-proxy.fixture';
import { createJsonResponse, LOCALHOST_CERTIFICATE, ScriptedUpstream, waitUntil } from '@trunkline/testing';
import { useVirtualTime } from '../../../../testing/src/virtual-time/use-virtual-time.fixture';

useVirtualTime();

let upstream: ScriptedUpstream;
let proxy: ConnectProxy;
let bus: TestBus;

afterEach(async () => {
  await bus.close();
  await proxy.close();
  await upstream.close();
});

/** What a spec has of the way to its upstream. */
interface Way {
  readonly script?: ProxyScript;
  readonly isSecure?: boolean;
  readonly isProxySecure?: boolean;
  readonly login?: string;
  readonly settings?: object;
}

async function start({ script, isSecure = true, isProxySecure = false, login = '', settings }: Way = {}) {
  const serve = isSecure ? ScriptedUpstream.listenTls : ScriptedUpstream.listen;
  upstream = await serve((socket) => socket.write(createJsonResponse({ a: 1 })));
  proxy = await ConnectProxy.listen(script, isProxySecure);
  const url = `${isProxySecure ? 'https' : 'http'}://${login}${proxy.address}`;
  const CRM = { url: upstream.url, proxy: url, tls: { ca: LOCALHOST_CERTIFICATE.cert }, retry: 'off', ...settings };
  bus = new TestBus({ outgoing: { rest: { CRM } } });
}

const get = () => bus.run((crm) => crm.get('/'));
const refusal =
  (status: number): ProxyScript =>
  (_asked, socket) => {
    socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 6\r\n\r\nc4n4ry`);
    return 'refused';
  };

describe('a connection with a proxy', () => {
  it.each([
    ['http', 'http', false, false],
    ['https', 'http', true, false],
    ['http', 'https', false, true],
    ['https', 'https', true, true],
  ])('reaches an %s upstream through a tunnel of an %s proxy', async (_upstream, _proxy, isSecure, isProxySecure) => {
    await start({ isSecure, isProxySecure });

    await expect(get()).resolves.toMatchObject({ data: { a: 1 } });

    expect(proxy.tunnels).toEqual([new URL(upstream.url).host]);
    expect(proxy.authorizations).toEqual([undefined]);
    expect(upstream.requests[0]).not.toMatch(/^proxy-/im);
  });

  it('keeps a tunnel for later calls', async () => {
    await start();

    await get();
    // The pool takes a socket back a turn after its answer.
    await new Promise(setImmediate);
    await get();

    expect(upstream.requests).toHaveLength(2);
    expect(proxy.tunnels).toHaveLength(1);
  });

  it('sends its credentials to the proxy only', async () => {
    await start({ login: 'bus:p%40ss%3A%C3%A4@' });

    await get();

    expect(proxy.authorizations).toEqual([`Basic ${Buffer.from('bus:p@ss:ä').toString('base64')}`]);
    expect(upstream.requests[0]).not.toContain('Basic');
  });

  it.each([
    [407, 'UPSTREAM_AUTH_FAILED'],
    [403, 'UPSTREAM_UNREACHABLE'],
    [502, 'UPSTREAM_UNREACHABLE'],
    [302, 'UPSTREAM_UNREACHABLE'],
  ])('fails when the proxy answers %i, with %s', async (status, code) => {
    await start({ script: refusal(status), login: 'bus:s3cr3t@' });

    const failure = await catchRejection(get());

    expect(failure).toMatchObject({ code, wasSent: false });
    expect(inspect(failure, { depth: 10 })).not.toMatch(/s3cr3t|c4n4ry/);
    expect(upstream.requests).toEqual([]);
    await waitUntil(() => proxy.openSockets === 0);
  });

  it.each<[string, ProxyScript]>([
    ['speaks no HTTP', (_asked, socket) => (socket.end('220 welcome\r\n\r\n'), 'refused')],
    ['hangs up', (_asked, socket) => (socket.destroy(), 'refused')],
    [
      'speaks in the name of the upstream',
      (_asked, socket) => (socket.write('HTTP/1.1 200 OK\r\n\r\nHTTP'), 'refused'),
    ],
    ['hangs up on the handshake', (_asked, socket) => (socket.end('HTTP/1.1 200 OK\r\n\r\n'), 'refused')],
  ])('cannot reach its upstream through a proxy that %s', async (_what, script) => {
    await start({ script });

    expect(await catchRejection(get())).toMatchObject({ code: 'UPSTREAM_UNREACHABLE', wasSent: false });
    await waitUntil(() => proxy.openSockets === 0);
  });

  it('cannot reach its upstream through a proxy without a listener', async () => {
    await start({ settings: { proxy: 'http://127.0.0.1:1' } });

    expect(await catchRejection(get())).toMatchObject({ code: 'UPSTREAM_UNREACHABLE', wasSent: false });
  });

  it.each([
    ['before the tunnel', () => 'refused' as const],
    [
      'within the tunnel',
      (_asked: unknown, socket: { write(text: string): unknown }) => (
        socket.write('HTTP/1.1 200 OK\r\n\r\n'),
        'refused' as const
      ),
    ],
  ])('waits for the whole way no longer than its connectTimeout: %s', async (_where, script) => {
    await start({ script, settings: { connectTimeout: '100ms' } });
    const startedMs = performance.now();

    expect(await catchRejection(get())).toMatchObject({ code: 'UPSTREAM_TIMEOUT', wasSent: false });

    expect(performance.now() - startedMs).toBeLessThan(300);
    await waitUntil(() => proxy.openSockets === 0);
  });

  it('opens no tunnel for a cancelled call', async () => {
    await start({ script: () => 'refused', settings: { timeout: '50ms' } });

    expect(await catchRejection(get())).toMatchObject({ code: 'UPSTREAM_TIMEOUT', wasSent: false });

    await waitUntil(() => proxy.openSockets === 0);
  });

  it('trusts a proxy no more than an upstream', async () => {
    await start({ isSecure: false, isProxySecure: true, settings: { tls: undefined } });

    expect(await catchRejection(get())).toMatchObject({ code: 'UPSTREAM_TLS_FAILED', wasSent: false });
    expect(proxy.tunnels).toEqual([]);
  });

  it('does without where it is off', async () => {
    await start({ settings: { proxy: 'off' } });

    await expect(get()).resolves.toMatchObject({ data: { a: 1 } });
    expect(proxy.tunnels).toEqual([]);
  });

  it('gets its access tokens through it, too', async () => {
    await start();
    const endpoint = await ScriptedUpstream.listen((socket) =>
      socket.write(createJsonResponse({ access_token: 'T', token_type: 'bearer' })),
    );
    await bus.close();
    const CRM = { url: upstream.url, tls: { ca: LOCALHOST_CERTIFICATE.cert }, security: 'token' };
    bus = new TestBus({
      outgoing: { defaults: { proxy: `http://${proxy.address}` }, rest: { CRM } },
      security: { token: { type: 'oauth2', tokenUrl: endpoint.url, clientId: 'a', clientSecret: 'b' } },
    });

    await get();

    expect(proxy.tunnels).toEqual([new URL(endpoint.url).host, new URL(upstream.url).host]);
    await endpoint.close();
  });
});

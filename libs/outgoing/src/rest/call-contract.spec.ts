import { CancelledError, DeadlineExceededError } from '@trunkline/failures';
import { CancelScope, Deadline } from '@trunkline/time';
import { createJsonResponse, createResponse, type Script, ScriptedUpstream, waitUntil } from '@trunkline/testing';
import { catchRejection, TestBus, type TestBusOptions } from '../test-bus.fixture';
import { useVirtualTime } from '../../../testing/src/virtual-time/use-virtual-time.fixture';

useVirtualTime();

const ok: Script = (socket) => socket.write(createJsonResponse({ a: 1 }));
const reset: Script = (socket) => socket.resetAndDestroy();
const hang: Script = () => undefined;
const respond =
  (status: number, headers: Readonly<Record<string, string>> = {}): Script =>
  (socket) =>
    socket.write(createResponse(status, '', headers));
const OFF = { retry: 'off', circuitBreaker: 'off', bulkhead: 'off' };

describe.each(['directly', 'through an interceptor of axios'])('a call of a service that is made %s', (way) => {
  let upstream: ScriptedUpstream;
  let bus: TestBus;
  let seen: number;

  /** An upstream that plays one script after the other, the last one for all further requests. */
  async function start(scripts: readonly Script[], settings: object = {}, options: Partial<TestBusOptions> = {}) {
    upstream = await ScriptedUpstream.listen((socket, request, count) =>
      scripts[Math.min(count, scripts.length) - 1]?.(socket, request, count),
    );
    connect({ url: `${upstream.url}/v2`, ...settings }, options);
  }

  function connect(connection: object, options: Partial<TestBusOptions> = {}) {
    bus = new TestBus({ outgoing: { rest: { CRM: connection } }, ...options });
    seen = 0;
    if (way === 'directly') return;
    bus.rest.http('CRM').axiosRef.interceptors.request.use((config) => {
      seen += 1;
      return config;
    });
  }
  const get = (options?: Parameters<TestBus['run']>[1]) => bus.run((crm) => crm.get('/'), options);
  const readHeader = (name: string) =>
    upstream.requests.map((request) => new RegExp(`^${name}: (.*)$`, 'im').exec(request)?.[1]);

  afterEach(async () => {
    await bus.close();
    await upstream.close();
  });

  it('sends path, query, headers and body as the service gives them', async () => {
    await start([ok]);
    const options = { params: { id: 'a/b c' }, query: { tag: ['1', '2'], none: null }, headers: { 'X-Own': 'mine' } };

    const response = await bus.run((crm) => crm.put('/things/{id}', { ...options, body: { a: [1, null] } }));

    expect(response).toEqual({
      status: 200,
      ok: true,
      headers: { 'content-length': '7', 'content-type': 'application/json' },
      data: { a: 1 },
    });
    expect(upstream.requests[0]).toMatch(/^PUT \/v2\/things\/a%2Fb%20c\?tag=1&tag=2 HTTP/);
    expect(upstream.requests[0]).toMatch(/\r\nx-own: mine\r\n/);
    expect(upstream.requests[0]).toMatch(/\r\ncontent-type: application\/json\r\n/);
    expect(upstream.requests[0]).toMatch(/\r\nx-request-id: CID-1\r\n/);
    expect(upstream.requests[0]?.endsWith('\r\n\r\n{"a":[1,null]}')).toBe(true);
    expect(seen).toBe(way === 'directly' ? 0 : 1);
  });

  it.each([
    ['text', 'text/plain; charset=utf-8'],
    [Buffer.from('bytes'), 'application/octet-stream'],
    [new URLSearchParams({ a: 'b' }), 'application/x-www-form-urlencoded'],
    [undefined, undefined],
  ])('declares the type of the body %p', async (body, type) => {
    await start([ok]);

    await bus.run((crm) => crm.post('/', { body }));

    expect(readHeader('content-type')).toEqual([type]);
  });

  it('rejects hostile parameters and headers, and sends nothing', async () => {
    await start([ok]);

    const failures = await bus.run((crm) =>
      Promise.all([
        catchRejection(crm.get('/things/{id}', { params: { id: '../admin' } })),
        catchRejection(crm.get('/', { headers: { 'X-A': 'a\r\nX-Evil: 1' } })),
        catchRejection(crm.get('/', { headers: { Host: 'evil.test' } })),
        catchRejection(crm.delete('/', { query: { ids: [] } })),
      ]),
    );

    expect(failures).toEqual(failures.map(() => expect.objectContaining({ code: 'BAD_REQUEST', status: 400 })));
    expect(upstream.requests).toEqual([]);
  });

  it('resolves with a status that is no success', async () => {
    await start([respond(404)]);

    expect(await get()).toMatchObject({ status: 404, ok: false, data: undefined });
  });

  it('retries what may pass, and passes the interceptor once', async () => {
    await start([reset, respond(503), ok]);

    expect((await get()).ok).toBe(true);
    expect(upstream.requests).toHaveLength(3);
    expect(seen).toBe(way === 'directly' ? 0 : 1);
  });

  it('does not retry a POST that was sent', async () => {
    await start([reset]);

    const failure = await catchRejection(bus.run((crm) => crm.post('/')));

    expect(failure).toMatchObject({ code: 'UPSTREAM_PROTOCOL_ERROR', wasSent: true });
    expect(upstream.requests).toHaveLength(1);
  });

  it('retries within the budget of the connection', async () => {
    await start([respond(500)], { ...OFF, retry: { initial: '1ms', budget: { ratio: 0.1, perSecond: 0 } } });

    for (let call = 0; call < 20; call += 1) await get();

    expect(upstream.requests).toHaveLength(22);
  });

  it('waits before the next attempt for as long as the upstream requests', async () => {
    await start([respond(503, { 'retry-after': '2' }), ok], {}, { random: () => 0 });
    const startedAtMs = performance.now();

    await get();

    expect(Math.round(performance.now() - startedAtMs)).toBe(2_000);
  });

  it('is hedged when it is slow', async () => {
    await start([hang, ok], { ...OFF, hedge: { after: '30ms' } });

    expect((await get()).ok).toBe(true);
    expect(upstream.requests).toHaveLength(2);
    await waitUntil(() => upstream.openSockets <= 1);
  });

  it('is rejected by an open circuit breaker', async () => {
    await start([respond(500)], { ...OFF, circuitBreaker: { consecutive: 2 } });
    for (let call = 0; call < 2; call += 1) await get();

    expect(await catchRejection(get())).toMatchObject({ code: 'CIRCUIT_OPEN', wasSent: false });
    expect(upstream.requests).toHaveLength(2);
  });

  it('is rejected by a full bulkhead', async () => {
    await start([hang], { ...OFF, bulkhead: { concurrent: 1, queue: 0 }, timeout: '100ms' });

    const first = catchRejection(get());
    await waitUntil(() => upstream.requests.length === 1);

    expect(await catchRejection(get())).toMatchObject({ code: 'OVERLOADED', wasSent: false });
    expect(await first).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });

  it('is rejected during a hold', async () => {
    await start([respond(429, { 'retry-after': '60' })], OFF);
    await get();

    expect(await catchRejection(get())).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', retryAfter: 60 });
    expect(upstream.requests).toHaveLength(1);
  });

  it('ends with its attempt time, its total time or the deadline of its invocation', async () => {
    await start([hang], { timeout: '120ms', total: '300ms', retry: { attempts: 10 } });

    const startedAtMs = performance.now();
    const failure = await catchRejection(get());
    const totalMs = performance.now() - startedAtMs;
    const late = await catchRejection(get({ timeoutMs: 50 }));

    expect(failure).toMatchObject({ code: 'UPSTREAM_TIMEOUT', wasSent: true });
    expect(Math.round(totalMs)).toBe(300);
    expect(late).toBeInstanceOf(DeadlineExceededError);
  });

  it('ends when its invocation is cancelled, with the same reason', async () => {
    await start([hang], OFF);
    const scope = new CancelScope(Deadline.in(5_000), () => new Error('expired'));
    const reason = new CancelledError();

    const call = catchRejection(get({ scope }));
    await waitUntil(() => upstream.requests.length === 1);
    scope.cancel(reason);

    expect(await call).toBe(reason);
    await waitUntil(() => upstream.openSockets === 0);
  });

  it('meets the faults of the connection', async () => {
    await start([ok], { ...OFF, chaos: { errorRate: 1, status: 502 } });

    expect(await get()).toMatchObject({ status: 502, ok: false });
    expect(upstream.requests).toEqual([]);
  });

  it('follows redirects where the connection allows that', async () => {
    await start([respond(302, { location: '/v2/elsewhere' }), ok], { redirects: { max: 1 } });

    expect((await get()).ok).toBe(true);
    expect(upstream.requests[1]).toMatch(/^GET \/v2\/elsewhere HTTP/);
  });

  it('gets a new access token after a 401', async () => {
    let tokens = 0;
    const script: Script = (socket, request) => {
      if (request.startsWith('POST /token'))
        socket.write(createJsonResponse({ access_token: `T-${(tokens += 1)}`, token_type: 'Bearer', expires_in: 60 }));
      else socket.write(request.includes('Bearer T-1') ? createResponse(401) : createJsonResponse({}));
    };
    upstream = await ScriptedUpstream.listen(script);
    const { url } = upstream;
    const oauth = { type: 'oauth2', tokenUrl: `${url}/token`, clientId: 'bus', clientSecret: 'secret' } as const;
    connect({ url, security: 'oauth' }, { security: { oauth } });

    expect((await get()).ok).toBe(true);
    expect(tokens).toBe(2);
  });

  it('carries one Idempotency-Key in all attempts', async () => {
    await start([reset, ok], { idempotent: true });

    await bus.run((crm) => crm.post('/', { body: {} }));

    const [first, second] = readHeader('idempotency-key');
    expect(first).toMatch(/^[\da-f-]{36}$/);
    expect(second).toBe(first);
  });
});

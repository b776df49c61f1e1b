import { inspect } from 'node:util';
import { CancelledError, DeadlineExceededError } from '@trunkline/failures';
import { CancelScope, Deadline } from '@trunkline/time';
import { catchRejection, TestBus } from '../../test-bus.fixture';
import { createJsonResponse, createResponse, type Script, ScriptedUpstream, waitUntil } from '@trunkline/testing';
import { useVirtualTime } from '../../../../testing/src/virtual-time/use-virtual-time.fixture';

useVirtualTime();

const SECRET = 's3cr3t & more';
const findHeader = (request: string | undefined, name: string) =>
  new RegExp(`^${name}: (.*)\r$`, 'im').exec(request ?? '')?.[1];

let upstream: ScriptedUpstream;
let server: ScriptedUpstream;
let bus: TestBus;

afterEach(async () => {
  await bus.close();
  await upstream.close();
  await server.close();
});

const granting: Script = (socket, _request, count) =>
  socket.write(createJsonResponse({ access_token: `t0ken-${count}`, token_type: 'Bearer', expires_in: 3600 }));
const welcoming: Script = (socket) => socket.write(createJsonResponse({ ok: true }));

/** An upstream that wants a token, and the server that grants it. */
async function start(grant: Script, serve: Script = welcoming, settings: object = {}) {
  server = await ScriptedUpstream.listen(grant);
  upstream = await ScriptedUpstream.listen(serve);
  const definition = {
    type: 'oauth2' as const,
    tokenUrl: `${server.url}/oauth/token`,
    clientId: 'the:bus',
    clientSecret: SECRET,
    scopes: ['orders', 'customers.read'],
    audience: 'https://orders.test/',
  };
  bus = new TestBus({
    outgoing: { rest: { CRM: { url: upstream.url, security: 'token', timeout: '1s', ...settings } } },
    security: { token: definition },
  });
}

describe('a connection with client credentials', () => {
  it('asks the token endpoint as RFC 6749 has it', async () => {
    await start(granting);

    await bus.run((crm) => crm.get('/'));

    const [request = ''] = server.requests;
    const login = Buffer.from(findHeader(request, 'authorization')?.replace('Basic ', '') ?? '', 'base64').toString();
    expect(request).toMatch(/^POST \/oauth\/token HTTP/);
    expect(login).toBe('the%3Abus:s3cr3t+%26+more');
    expect(findHeader(request, 'content-type')).toBe('application/x-www-form-urlencoded');
    expect(Object.fromEntries(new URLSearchParams(request.split('\r\n\r\n')[1]))).toEqual({
      grant_type: 'client_credentials',
      scope: 'orders customers.read',
      audience: 'https://orders.test/',
    });
  });

  it('sends one token with all calls', async () => {
    await start(granting);

    await Promise.all(Array.from({ length: 20 }, () => bus.run((crm) => crm.get('/'))));
    await bus.run((crm) => crm.post('/', { body: {} }));

    expect(server.requests).toHaveLength(1);
    expect(new Set(upstream.requests.map((request) => findHeader(request, 'authorization')))).toEqual(
      new Set(['Bearer t0ken-1']),
    );
  });

  it('repeats a call once, with a new token, when the upstream rejects the old one', async () => {
    await start(granting, (socket, request) =>
      socket.write(request.includes('t0ken-1') ? createResponse(401) : createJsonResponse({ done: true })),
    );

    const { status } = await bus.run((crm) => crm.post('/orders', { body: { a: 1 } }));

    expect(status).toBe(200);
    expect(upstream.requests.map((request) => findHeader(request, 'authorization'))).toEqual([
      'Bearer t0ken-1',
      'Bearer t0ken-2',
    ]);
    expect(upstream.requests[1]).toContain('{"a":1}');
  });

  it('does not repeat it again when the new token is rejected, too', async () => {
    await start(granting, (socket) => socket.write(createResponse(401)));

    const first = await bus.run((crm) => crm.get('/'));
    const second = await bus.run((crm) => crm.get('/'));

    expect([first.status, second.status]).toEqual([401, 401]);
    expect(upstream.requests).toHaveLength(3);
    expect(server.requests).toHaveLength(2);
  });

  it('is on hold when the token endpoint requests it', async () => {
    await start((socket) => socket.write(createResponse(429, '', { 'retry-after': '60' })));
    await catchRejection(bus.run((crm) => crm.get('/')));

    const failure = await catchRejection(bus.run((crm) => crm.get('/')));

    expect(failure).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', retryAfter: 60 });
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, Script, string]>([
    [
      '400',
      (socket) => socket.write(createJsonResponse({ error: 'invalid_client', hint: SECRET }, 400)),
      'UPSTREAM_AUTH_FAILED',
    ],
    ['401', (socket) => socket.write(createResponse(401)), 'UPSTREAM_AUTH_FAILED'],
    ['404', (socket) => socket.write(createResponse(404)), 'UPSTREAM_AUTH_FAILED'],
    ['429', (socket) => socket.write(createResponse(429, '', { 'retry-after': '7' })), 'UPSTREAM_RATE_LIMITED'],
    [
      '403 with Retry-After',
      (socket) => socket.write(createResponse(403, '', { 'retry-after': '7' })),
      'UPSTREAM_RATE_LIMITED',
    ],
    ['500', (socket) => socket.write(createResponse(500)), 'UPSTREAM_ERROR'],
    ['503', (socket) => socket.write(createResponse(503)), 'UPSTREAM_UNAVAILABLE'],
    [
      'a redirect',
      (socket) => socket.write(createResponse(302, '', { location: 'https://elsewhere.test' })),
      'UPSTREAM_REDIRECT',
    ],
    ['HTML', (socket) => socket.write(createResponse(200, SECRET)), 'UPSTREAM_INVALID_RESPONSE'],
    [
      'another kind of token',
      (socket) => socket.write(createJsonResponse({ access_token: SECRET, token_type: 'mac' })),
      'UPSTREAM_INVALID_RESPONSE',
    ],
    [
      'a token that ends the header',
      (socket) => socket.write(createJsonResponse({ access_token: 'a\r\nb: c', token_type: 'bearer' })),
      'UPSTREAM_INVALID_RESPONSE',
    ],
    ['a reset', (socket) => socket.resetAndDestroy(), 'UPSTREAM_PROTOCOL_ERROR'],
    ['no answer', () => undefined, 'UPSTREAM_TIMEOUT'],
    [
      'too large an answer',
      (socket) => socket.write(createResponse(200, 'x'.repeat(2_000))),
      'UPSTREAM_RESPONSE_TOO_LARGE',
    ],
  ])('fails without a call when the token endpoint gives %s', async (_what, grant, code) => {
    await start(grant, welcoming, { retry: 'off', maxResponse: '1KiB' });

    const failure = await catchRejection(bus.run((crm) => crm.get('/')));

    expect(failure).toMatchObject({ code, connection: 'CRM', wasSent: false });
    expect(upstream.requests).toHaveLength(0);
    expect(inspect(failure, { depth: 10 }) + JSON.stringify(bus.logged.warnings)).not.toContain('s3cr3t');
    expect(inspect(failure, { depth: 10 })).not.toContain(server.url);
  });

  it('retries any method when the token endpoint closes the connection: nothing was sent', async () => {
    await start((socket, request, count) =>
      count === 1 ? socket.resetAndDestroy() : granting(socket, request, count),
    );

    await expect(bus.run((crm) => crm.post('/', { body: {} }))).resolves.toMatchObject({ status: 200 });
  });

  it('releases a call that ends while it waits for a token', async () => {
    await start(() => undefined);
    const scope = new CancelScope(Deadline.in(5_000), () => new DeadlineExceededError('spec', 5_000));

    const failed = catchRejection(bus.run((crm) => crm.get('/'), { scope }));
    await waitUntil(() => server.requests.length === 1);
    scope.cancel(new CancelledError('the client left'));

    expect(await failed).toBeInstanceOf(CancelledError);
    expect(upstream.requests).toHaveLength(0);
  });

  it('shows no token in what fails after it was granted', async () => {
    await start(granting, (socket) => socket.resetAndDestroy());

    const failure = await catchRejection(bus.run((crm) => crm.get('/')));

    expect(failure).toMatchObject({ code: 'UPSTREAM_PROTOCOL_ERROR' });
    expect(inspect(failure, { depth: 10 }) + JSON.stringify(bus.logged.warnings)).not.toContain('t0ken');
  });

  it('rejects its header from callers', async () => {
    await start(granting, welcoming, {
      headers: { Authorization: 'Bearer configured' },
      forwardHeaders: ['Authorization'],
    });

    await bus.run((crm) => crm.get('/'));

    expect(await catchRejection(bus.run((crm) => crm.get('/', { headers: { authorization: 'mine' } })))).toMatchObject({
      code: 'BAD_REQUEST',
    });
    expect(upstream.requests[0]?.match(/authorization/gi)).toHaveLength(1);
  });
});

import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { InternalError } from '@trunkline/failures';
import { catchRejection, TestBus } from '../test-bus.fixture';
import { createJsonResponse, createResponse, ScriptedUpstream } from '@trunkline/testing';
import type { RestConnection } from './rest-connection';

let upstream: ScriptedUpstream;
let bus: TestBus;
const preconditions = {
  ifMatch: undefined,
  ifNoneMatch: undefined,
  ifUnmodifiedSince: undefined,
  check: () => undefined,
};
const http = { method: 'GET', path: '/', params: {}, query: {}, preconditions };

beforeEach(async () => {
  upstream = await ScriptedUpstream.listen((socket, request) => {
    const [, status = '200'] = /^\w+ \S*\/status\/(\d+)/.exec(request) ?? [];
    socket.write(
      request.startsWith('HEAD')
        ? createResponse(200, '', { 'content-length': '7' })
        : createJsonResponse({ a: 1 }, Number(status)),
    );
  });
  bus = new TestBus({
    outgoing: {
      rest: {
        CRM: {
          url: `${upstream.url}/v2/`,
          headers: { 'X-Client': 'shop' },
          forwardHeaders: ['X-Tenant'],
          security: 'key',
        },
        'Order System': { url: upstream.url },
      },
    },
    security: { key: { type: 'apiKey', header: 'X-Api-Key', key: 'secret' } },
  });
});
afterEach(async () => {
  await bus.close();
  await upstream.close();
});
const head = () => upstream.requests[0]?.split('\r\n\r\n', 1)[0]?.split('\r\n') ?? [];
const body = () => upstream.requests[0]?.split('\r\n\r\n')[1];

describe('an outgoing connection', () => {
  it('gives status, headers and data', async () => {
    const response = await bus.run((crm) => crm.get('/things'));

    expect(response).toEqual({
      status: 200,
      ok: true,
      headers: { 'content-length': '7', 'content-type': 'application/json' },
      data: { a: 1 },
    });
  });

  it.each([400, 401, 404, 409, 422, 501])('does not throw for %d', async (status) => {
    expect(await bus.run((crm) => crm.get(`/status/${status}`))).toMatchObject({ status, ok: false, data: { a: 1 } });
  });

  it.each<[string, (crm: RestConnection) => Promise<unknown>]>([
    ['GET', (crm) => crm.get('/things')],
    ['POST', (crm) => crm.post('/things')],
    ['PUT', (crm) => crm.put('/things')],
    ['PATCH', (crm) => crm.patch('/things')],
    ['DELETE', (crm) => crm.delete('/things')],
    ['OPTIONS', (crm) => crm.options('/things')],
  ])('has the method %s', async (method, call) => {
    await bus.run(call);

    expect(head()[0]).toBe(`${method} /v2/things HTTP/1.1`);
  });

  it('has HEAD, whose response has no data', async () => {
    expect(await bus.run((crm) => crm.head('/things'))).toMatchObject({ status: 200, data: undefined });
  });

  it('fills the path and writes the query, below its url', async () => {
    await bus.run((crm) =>
      crm.get('/things/{id}', { params: { id: 'a/b c' }, query: { q: 'x&y', tag: ['1', '2'], no: undefined } }),
    );

    expect(head()[0]).toBe('GET /v2/things/a%2Fb%20c?q=x%26y&tag=1&tag=2 HTTP/1.1');
  });

  it('calls its url for an empty path', async () => {
    await bus.run((crm) => crm.get(''));
    await bus.run(async (_crm, out) => out.rest['Order System']?.get(''));

    expect(upstream.requests.map((request) => request.split(' ', 2)[1])).toEqual(['/v2', '/']);
  });

  it('sends its headers, its credentials, and only listed headers of the client', async () => {
    const headers = { 'x-tenant': 't1', authorization: 'Bearer client', cookie: 'a=b' };

    await bus.run((crm) => crm.get('/', { headers: { 'X-Own': 'mine' } }), { http: { ...http, headers } });

    expect(head().slice(1).toSorted()).toEqual([
      'accept-encoding: gzip',
      'accept: application/json',
      'connection: keep-alive',
      `host: ${new URL(upstream.url).host}`,
      'user-agent: trunkline',
      'x-api-key: secret',
      'x-client: shop',
      'x-own: mine',
      'x-request-id: CID-1',
      'x-tenant: t1',
    ]);
  });

  it.each([
    [{ a: [1, null] }, 'application/json', '{"a":[1,null]}'],
    [null, 'application/json', 'null'],
    ['<order/>', 'text/plain; charset=utf-8', '<order/>'],
    [Buffer.from('abc'), 'application/octet-stream', 'abc'],
    [new URLSearchParams({ a: 'b c' }), 'application/x-www-form-urlencoded', 'a=b+c'],
  ])('sends the body %p as %s', async (value, type, written) => {
    await bus.run((crm) => crm.post('/', { body: value }));

    expect(head()).toContain(`content-type: ${type}`);
    expect(body()).toBe(written);
  });

  it('sends no body, and no type of one, where there is none', async () => {
    await bus.run((crm) => crm.post('/'));

    expect(head().filter((line) => line.startsWith('content-'))).toEqual(['content-length: 0']);
  });

  it.each([[new FormData()], [new Blob(['a'])], [Readable.from(['a'])], [new ReadableStream()]])(
    'sends no %p, which could not be sent again',
    async (value) => {
      expect(await catchRejection(bus.run((crm) => crm.post('/', { body: value })))).toBeInstanceOf(TypeError);
      expect(upstream.requests).toEqual([]);
    },
  );

  it('has no body for a GET', async () => {
    const failure = await catchRejection(bus.run((crm) => crm.request('GET', '/', { body: {} })));

    expect(failure).toBeInstanceOf(TypeError);
  });

  it('rejects hostile parameters and headers, and sends nothing', async () => {
    const failures = await bus.run((crm) =>
      Promise.all([
        catchRejection(crm.get('/things/{id}', { params: { id: '../admin' } })),
        catchRejection(crm.get('/things/{id}')),
        catchRejection(crm.get('http://evil.test/')),
        catchRejection(crm.get('/', { headers: { 'X-A': 'a\r\nX-Evil: 1' } })),
        catchRejection(crm.get('/', { headers: { 'X-Api-Key': 'mine' } })),
      ]),
    );

    expect(failures).toEqual(failures.map(() => expect.objectContaining({ status: 400, code: 'BAD_REQUEST' })));
    expect(upstream.requests).toEqual([]);
  });

  it('keeps sockets for later calls', async () => {
    await bus.run(async (crm) => {
      for (let calls = 0; calls < 10; calls += 1) await crm.get('/');
    });

    // A second one, since undici gives a socket the rest of the turn to be closed by the other side.
    expect(upstream.openSockets).toBeLessThanOrEqual(2);
  });

  it('accepts a timeout for one call', async () => {
    await upstream.close();
    upstream = await ScriptedUpstream.listen(() => undefined);
    bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url, retry: 'off' } } } });

    const failure = await catchRejection(bus.run((crm) => crm.get('/', { timeout: '50ms' })));

    expect(failure).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });
});

describe('connections by name', () => {
  it('are found by their exact name', async () => {
    const name = await bus.run(async (_crm, out) => out.rest['Order System']?.name);

    expect(name).toBe('Order System');
  });

  it.each([
    ['CMR', 'there is no outgoing connection CMR, did you mean `CRM`?'],
    ['Invoices', 'there is no outgoing connection Invoices'],
  ])('throw when they are not configured: %s', async (name, message) => {
    const failure = await catchRejection(bus.run(async (_crm, out) => out.rest[name]));

    expect(failure).toBeInstanceOf(InternalError);
    expect(failure).toHaveProperty('message', message);
  });

  it('can be awaited and printed', async () => {
    const printed = await bus.run(async (_crm, out) => inspect(await Promise.resolve(out.rest)));

    expect(printed).toBe("[ 'CRM', 'Order System' ]");
  });
});

import { catchRejection, TestBus } from '../../test-bus.fixture';
import type { HttpMethod } from '../request/http-method';
import { createJsonResponse, createResponse, type Script, ScriptedUpstream } from '@trunkline/testing';
import { useVirtualTime } from '../../../../testing/src/virtual-time/use-virtual-time.fixture';

useVirtualTime();

let upstream: ScriptedUpstream;
let bus: TestBus;

afterEach(async () => {
  await bus.close();
  await upstream.close();
});

async function start(script: Script, settings: object = {}) {
  upstream = await ScriptedUpstream.listen(script);
  bus = new TestBus({ outgoing: { rest: { CRM: { url: `${upstream.url}/v2`, ...settings } } } });
}
const to = (status: number, location: string): Script => {
  return (socket, request) =>
    socket.write(
      request.includes('/there') ? createJsonResponse({ arrived: true }) : createResponse(status, '', { location }),
    );
};
const lines = () => upstream.requests.map((request) => request.split('\r\n', 1)[0]);

describe('redirects', () => {
  it.each([300, 301, 302, 303, 307, 308])('are not followed: %d is UPSTREAM_REDIRECT', async (status) => {
    await start(to(status, '/v2/there'));

    const failure = await catchRejection(bus.run((crm) => crm.get('/')));

    expect(failure).toMatchObject({ code: 'UPSTREAM_REDIRECT', status: 502, upstreamStatus: status });
    expect(upstream.requests).toHaveLength(1);
  });

  it.each([
    ['/v2/login?token=canary', (url: string) => `to ${url}/v2/login, which`],
    ['https://user:canary@login.test/there#canary', () => 'to https://login.test/there, which'],
    ['mailto:canary@crm.test', () => 'to the scheme mailto:, which'],
    ['http://[', () => 'to no URL, which'],
    [`/v2/${'a'.repeat(5_000)}canary`, (url: string) => `to ${url}/v2/${'a'.repeat(196)}…, which`],
  ])('say where %s leads, without what may be secret', async (location, target) => {
    await start(to(302, location));

    const failure = await catchRejection(bus.run((crm) => crm.get('/')));

    expect(String(failure)).toContain(target(upstream.url));
    expect(String(failure)).not.toContain('canary');
  });

  it('do not include 304', async () => {
    await start((socket) => socket.write(createResponse(304)));

    expect(await bus.run((crm) => crm.get('/'))).toMatchObject({ status: 304, ok: false, data: undefined });
  });
});

describe('redirects that are followed', () => {
  const redirects = { max: 2 };

  it.each([301, 302, 303, 307, 308])('lead a GET on with %d, query included', async (status) => {
    await start(to(status, '/v2/there?a=1'), { redirects });

    const response = await bus.run((crm) => crm.get('/'));

    expect(response.data).toEqual({ arrived: true });
    expect(lines()).toEqual(['GET /v2/ HTTP/1.1', 'GET /v2/there?a=1 HTTP/1.1']);
  });

  it.each<[number, HttpMethod, string]>([
    [303, 'POST', 'GET'],
    [307, 'POST', 'POST'],
    [308, 'PUT', 'PUT'],
  ])('make of %d after a %s a %s', async (status, method, then) => {
    await start(to(status, 'there'), { redirects });

    await bus.run((crm) => crm.request(method, '/here', { body: { a: 1 } }));

    expect(lines()).toEqual([`${method} /v2/here HTTP/1.1`, `${then} /v2/there HTTP/1.1`]);
    expect(upstream.requests[1]?.endsWith('{"a":1}')).toBe(then !== 'GET');
  });

  it.each([
    ['another host', 302, 'http://evil.test/there'],
    ['another host, without a scheme', 302, '//evil.test/there'],
    ['another scheme', 302, 'file:///there'],
    ['nowhere', 302, 'http://['],
    ['another application of the host', 302, '/v1/there'],
    ['a path that only begins like that of the connection', 302, '/v2beta/there'],
    ['a path that the upstream may decode to another one', 302, '/v2/..%2fv1/there'],
    ['a POST, when it is not clear whether to post again', 301, '/there'],
  ])('do not lead to %s', async (_what, status, location) => {
    await start(to(status, location), { redirects });
    const method = status === 301 ? 'POST' : 'GET';

    const failure = await catchRejection(bus.run((crm) => crm.request(method, '/')));

    expect(failure).toMatchObject({ code: 'UPSTREAM_REDIRECT' });
    expect(upstream.requests).toHaveLength(1);
  });

  it('end after the most that are allowed', async () => {
    await start((socket) => socket.write(createResponse(302, '', { location: '/v2/loop' })), { redirects });

    const failure = await catchRejection(bus.run((crm) => crm.get('/')));

    expect(failure).toMatchObject({ code: 'UPSTREAM_REDIRECT' });
    expect(upstream.requests).toHaveLength(3);
  });

  it('are all within the time of one attempt', async () => {
    const slow: Script = (socket) =>
      setTimeout(() => socket.write(createResponse(302, '', { location: '/v2/loop' })), 60);
    await start(slow, { redirects: { max: 10 }, timeout: '100ms', retry: 'off' });
    const started = performance.now();

    const failure = await catchRejection(bus.run((crm) => crm.get('/')));

    expect(failure).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(performance.now() - started).toBeLessThan(200);
  });
});

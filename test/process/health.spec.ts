import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { sendRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

let running: RunningBus;
let upstream: Server;
let pings: number;

beforeAll(async () => {
  pings = 0;
  upstream = createServer((request, response) => {
    pings += 1;
    response.statusCode = request.url === '/well' ? 204 : 500;
    response.end();
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const connections = `outgoing:
  rest:
    Well: { url: '${url}', ping: { path: /well } }
    Ill: { url: '${url}', ping: { path: /c4n4ry } }
    Gone: { url: 'http://127.0.0.1:1', ping: { path: / } }
    Silent: { url: '${url}' }`;
  running = await startBus({
    config: {
      'test-bus.yaml': 'bus: { http: { port: 0, host: 0.0.0.0 } }',
      'connections.yaml': connections,
    },
  });
});

afterAll(async () => {
  await running.stop();
  upstream.close();
});

/** Addresses of this machine other than loopback. */
const addresses = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .filter(({ internal, family }) => !internal && family === 'IPv4')
  .map(({ address }) => address);
const page = (host = '127.0.0.1', path = '/health/detail', headers: Record<string, string> = {}) =>
  sendRequest(`http://${host}:${new URL(running.url).port}${path}`, { headers });

describe('GET /health/detail', () => {
  it('has the state of every upstream system, without its address', async () => {
    const { status, headers, body, text } = await page();

    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      status: 'up',
      connections: [
        { name: 'Well', status: 'up', ms: expect.any(Number) as number },
        { name: 'Ill', status: 'down', code: 'UPSTREAM_ERROR', ms: expect.any(Number) as number },
        { name: 'Gone', status: 'down', code: 'UPSTREAM_UNREACHABLE', ms: expect.any(Number) as number },
        { name: 'Silent', status: 'unknown' },
      ],
    });
    expect(text).not.toMatch(/127\.0\.0\.1|c4n4ry/);
  });

  it('does not ping again for requests shortly after', async () => {
    await page();
    const before = pings;

    await Promise.all(Array.from({ length: 20 }, () => page()));

    expect(pings).toBe(before);
  });

  it.each([
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'x-forwarded-proto',
    'Forwarded',
    'Via',
    'X-Real-IP',
    'CF-Connecting-IP',
    'True-Client-IP',
  ])('is 404 for clients of a proxy on the same machine, which sends %s', async (name) => {
    for (const value of ['203.0.113.9', '127.0.0.1', 'for=127.0.0.1']) {
      const { status, body } = await page('127.0.0.1', '/health/detail', { [name]: value });

      expect({ status, code: body['code'] }).toEqual({ status: 404, code: 'ROUTE_NOT_FOUND' });
    }
    await expect(page('127.0.0.1', '/health/ready', { [name]: '203.0.113.9' })).resolves.toMatchObject({ status: 200 });
  });

  (addresses.length > 0 ? it : it.skip)('is 404 for clients on other machines', async () => {
    const claims = { 'x-forwarded-for': '127.0.0.1', 'x-request-id': 'same' };

    const { status, body } = await page(addresses[0], '/health/detail', claims);
    const missing = await page(addresses[0], '/health/missing', claims);

    expect({ status, body }).toMatchObject({ status: 404, body: { code: 'ROUTE_NOT_FOUND' } });
    expect(body).toEqual(missing.body);
  });
});

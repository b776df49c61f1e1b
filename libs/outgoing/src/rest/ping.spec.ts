import { createServer } from 'node:net';
import { TestBus } from '../test-bus.fixture';
import { createResponse, type Script, ScriptedUpstream } from '@trunkline/testing';
import { useVirtualTime } from '../../../testing/src/virtual-time/use-virtual-time.fixture';

useVirtualTime();

let upstream: ScriptedUpstream;
let bus: TestBus;

afterEach(async () => {
  await bus.close();
  await upstream.close();
});

async function runPing(script: Script, settings: object = {}) {
  upstream = await ScriptedUpstream.listen(script);
  const CRM = { url: `${upstream.url}/v2`, ping: { path: '/health' }, timeout: '1s', security: 'key', ...settings };
  bus = new TestBus({ outgoing: { rest: { CRM } }, security: { key: { type: 'bearer', token: 'ours' } } });
  return bus.rest.ping('CRM');
}

describe('a ping', () => {
  it('sends the configured request with the credentials of the connection', async () => {
    await runPing((socket) => socket.write(createResponse(204)), { ping: { method: 'HEAD', path: '/health' } });

    expect(upstream.requests).toHaveLength(1);
    expect(upstream.requests[0]).toMatch(/^HEAD \/v2\/health HTTP/);
    expect(upstream.requests[0]).toMatch(/\r\nauthorization: Bearer ours\r\n/);
  });

  it('reports an upstream that responds with success as up', async () => {
    const report = await runPing((socket) => socket.write(createResponse(204)));

    expect(report).toEqual({ connection: 'CRM', state: 'up', status: 204, ms: expect.any(Number) as number });
  });

  it.each([
    [401, 'UPSTREAM_AUTH_FAILED'],
    [404, 'UPSTREAM_NOT_FOUND'],
    [500, 'UPSTREAM_ERROR'],
    [503, 'UPSTREAM_UNAVAILABLE'],
  ])('finds one down that answers %i, and asks it only once', async (status, code) => {
    const report = await runPing((socket) => socket.write(createResponse(status)));

    expect(report).toMatchObject({ state: 'down', status, code });
    expect(upstream.requests).toHaveLength(1);
  });

  it('sends no request during a hold', async () => {
    await runPing((socket) => socket.write(createResponse(429, '', { 'retry-after': '60' })));
    await bus.run((crm) => crm.get('/'));

    const report = await bus.rest.ping('CRM');

    expect(report).toEqual({ connection: 'CRM', state: 'down', code: 'UPSTREAM_RATE_LIMITED', retryAfter: 60 });
    expect(upstream.requests).toHaveLength(2);
  });

  it('reports an upstream without a response in time as down', async () => {
    const report = await runPing(() => undefined, { timeout: '100ms' });

    expect(report).toMatchObject({ state: 'down', code: 'UPSTREAM_TIMEOUT' });
    expect(report.ms).toBe(100);
  });

  it('reports an upstream without a listener as down', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => gone.once('listening', resolve));
    const address = gone.address();
    await new Promise((resolve) => gone.close(resolve));
    const port = typeof address === 'object' ? address?.port : undefined;

    const report = await runPing(() => undefined, { url: `http://127.0.0.1:${port}` });

    expect(report).toEqual({
      connection: 'CRM',
      state: 'down',
      code: 'UPSTREAM_UNREACHABLE',
      ms: expect.any(Number) as number,
    });
  });

  it('reports a connection without a ping as unknown', async () => {
    const report = await runPing(() => undefined, { ping: undefined });

    expect(report).toEqual({ connection: 'CRM', state: 'unknown' });
    expect(upstream.requests).toHaveLength(0);
  });
});

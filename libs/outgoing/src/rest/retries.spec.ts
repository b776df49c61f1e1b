import { CancelledError, DeadlineExceededError } from '@trunkline/failures';
import { CancelScope, Deadline } from '@trunkline/time';
import { catchRejection, TestBus, type TestBusOptions } from '../test-bus.fixture';
import type { HttpMethod } from '../http/request/http-method';
import { createJsonResponse, createResponse, type Script, ScriptedUpstream, waitUntil } from '@trunkline/testing';
import { useVirtualTime } from '../../../testing/src/virtual-time/use-virtual-time.fixture';

useVirtualTime();

let upstream: ScriptedUpstream;
let bus: TestBus;

afterEach(async () => {
  await bus.close();
  await upstream.close();
});

/** An upstream that plays one script after the other, the last one for ever, and a bus with a connection to it. */
async function start(scripts: readonly Script[], settings: object = {}, options: Partial<TestBusOptions> = {}) {
  upstream = await ScriptedUpstream.listen((socket, request, count) =>
    scripts[Math.min(count, scripts.length) - 1]?.(socket, request, count),
  );
  bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url, ...settings } } }, ...options });
}

const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Script =>
  (socket) =>
    socket.write(createResponse(code, '', headers));
const ok: Script = (socket) => socket.write(createJsonResponse({ a: 1 }));
const reset: Script = (socket) => socket.resetAndDestroy();
const hang: Script = () => undefined;
const headersNamed = (name: string) =>
  upstream.requests.map((request) => new RegExp(`^${name}: (.*)$`, 'im').exec(request)?.[1]);

describe('a retry', () => {
  it.each([408, 500, 502, 503, 504, 507, 599])('repeats a GET after %d, up to three attempts', async (code) => {
    await start([status(code)]);

    const response = await bus.run((crm) => crm.get('/'));

    expect(upstream.requests).toHaveLength(3);
    expect(response).toMatchObject({ status: code, ok: false });
  });

  it.each([400, 401, 404, 409, 425, 429, 501, 505])('does not repeat a GET after %d', async (code) => {
    await start([status(code)]);

    const response = await bus.run((crm) => crm.get('/'));

    expect(upstream.requests).toHaveLength(1);
    expect(response.status).toBe(code);
  });

  it.each<HttpMethod>(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])('repeats a %s after a reset', async (method) => {
    await start([reset, status(204)]);

    const response = await bus.run((crm) => crm.request(method, '/'));

    expect(upstream.requests).toHaveLength(2);
    expect(response.ok).toBe(true);
  });

  it.each<[HttpMethod, string, Script]>([
    ['POST', 'a reset', reset],
    ['POST', 'a 503', status(503, { 'retry-after': '0' })],
    ['PATCH', 'a 429', status(429, { 'retry-after': '0' })],
    ['PATCH', 'no response in time', hang],
  ])('does not repeat a %s after %s: it may have been executed', async (method, _what, script) => {
    await start([script], { timeout: '50ms' });

    await bus.run((crm) => crm.request(method, '/').catch(() => undefined));

    expect(upstream.requests).toHaveLength(1);
  });

  it.each<HttpMethod>(['GET', 'POST', 'PATCH'])('repeats a %s of which nothing was sent', async (method) => {
    await start([ok]);
    await upstream.close();
    upstream = await ScriptedUpstream.listen(ok);

    const failure = await catchRejection(bus.run((crm) => crm.request(method, '/')));

    expect(failure).toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
    expect(bus.logged.warnings).toHaveLength(2);
  });

  it('repeats a GET without a response in time', async () => {
    await start([hang, ok], { timeout: '50ms' });

    const response = await bus.run((crm) => crm.get('/'));

    expect(upstream.requests).toHaveLength(2);
    expect(response.data).toEqual({ a: 1 });
  });

  it('does not repeat a call after an unreadable response', async () => {
    await start([(socket) => socket.write(createResponse(200, '<html>', { 'content-type': 'text/html' }))]);

    const failure = await catchRejection(bus.run((crm) => crm.get('/')));

    expect(failure).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
    expect(upstream.requests).toHaveLength(1);
  });

  it('repeats nothing where it is off', async () => {
    await start([status(503)], { retry: 'off' });

    await bus.run((crm) => crm.get('/'));

    expect(upstream.requests).toHaveLength(1);
  });

  it('repeats as often as configured', async () => {
    await start([status(503)], { retry: { attempts: 5, budget: { perSecond: 10 } } });

    await bus.run((crm) => crm.get('/'));

    expect(upstream.requests).toHaveLength(5);
  });
});

describe('a connection with idempotent: true', () => {
  it('repeats a POST with the same Idempotency-Key', async () => {
    await start([reset, status(503), ok], { idempotent: true });

    const response = await bus.run((crm) => crm.post('/', { body: { a: 1 } }));

    const keys = headersNamed('idempotency-key');
    expect(response.ok).toBe(true);
    expect(keys).toHaveLength(3);
    expect(keys[0]).toMatch(/^[\da-f-]{36}$/);
    expect(new Set(keys).size).toBe(1);
  });

  it('sends another key with every call, and keeps a key of the caller', async () => {
    await start([ok], { idempotent: true });

    await bus.run(async (crm) => {
      await crm.post('/');
      await crm.post('/');
      await crm.post('/', { headers: { 'Idempotency-Key': 'mine' } });
    });

    const [first, second, third] = headersNamed('idempotency-key');
    expect(first).not.toBe(second);
    expect(third).toBe('mine');
  });

  it('sends no key with methods that are idempotent by themselves', async () => {
    await start([ok], { idempotent: true });

    await bus.run((crm) => crm.put('/'));

    expect(headersNamed('idempotency-key')).toEqual([undefined]);
  });
});

describe('the wait for the next attempt', () => {
  it('is a random part of 50 ms, then of 100 ms, up to the configured limit', async () => {
    const retry = { attempts: 4, max: '120ms' };
    await start([status(503)], { retry }, { random: () => 0.5 });

    await bus.run((crm) => crm.get('/'));

    expect(bus.logged.warnings).toEqual(
      [25, 50, 60].map((delayMs, index) => ({
        fields: { connection: 'CRM', attempt: index + 1, delayMs, status: 503 },
        message: 'outgoing call will be retried',
      })),
    );
  });

  it.each([429, 503])('is as long as the upstream requests with a %d', async (code) => {
    await start([status(code, { 'retry-after': '1' }), ok]);
    const started = performance.now();

    const response = await bus.run((crm) => crm.get('/'));

    expect(response.ok).toBe(true);
    expect(performance.now() - started).toBeGreaterThan(999);
  });

  it('does not start when it would end after the deadline', async () => {
    await start([status(503, { 'retry-after': '10' })]);
    const started = performance.now();

    const response = await bus.run((crm) => crm.get('/'), { timeoutMs: 5_000 });

    expect(response).toMatchObject({ status: 503, headers: { 'retry-after': '10' } });
    expect(performance.now() - started).toBeLessThan(200);
  });

  it('does not start when it would end after the total time', async () => {
    await start([status(503, { 'retry-after': '3' })], { total: '2s' });

    const response = await bus.run((crm) => crm.get('/'));

    expect(response.status).toBe(503);
    expect(upstream.requests).toHaveLength(1);
  });

  it('ends when the invocation is cancelled', async () => {
    await start([status(503, { 'retry-after': '4' })]);
    const scope = new CancelScope(Deadline.in(5_000), () => new Error('expired'));
    const reason = new CancelledError();
    let failure: unknown;

    const work = bus.run(async (crm) => (failure = await catchRejection(crm.get('/'))), { scope });
    await waitUntil(() => bus.logged.warnings.length > 0);
    scope.cancel(reason);
    await catchRejection(work);

    await waitUntil(() => failure !== undefined);
    expect(failure).toBe(reason);
    expect(upstream.requests).toHaveLength(1);
  });
});

describe('all attempts together', () => {
  it('take no longer than the total time', async () => {
    await start([hang], { timeout: '120ms', total: '300ms', retry: { attempts: 10 } });
    const started = performance.now();

    const failure = await catchRejection(bus.run((crm) => crm.get('/')));

    expect(failure).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(performance.now() - started).toBeLessThan(400);
    expect(upstream.requests).toHaveLength(3);
  });

  it('take no longer than the deadline of the invocation', async () => {
    await start([hang], { timeout: '60ms' });
    const started = performance.now();

    const failure = await catchRejection(bus.run((crm) => crm.get('/'), { timeoutMs: 100 }));

    expect(failure).toBeInstanceOf(DeadlineExceededError);
    expect(performance.now() - started).toBeLessThan(200);
  });

  it('carry the same correlation id', async () => {
    await start([status(503)]);

    await bus.run((crm) => crm.get('/'));

    expect(headersNamed('x-request-id')).toEqual(['CID-1', 'CID-1', 'CID-1']);
  });
});

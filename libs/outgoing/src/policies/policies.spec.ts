import { CancelledError } from '@trunkline/failures';
import { CancelScope, Deadline } from '@trunkline/time';
import { catchRejection, TestBus } from '../test-bus.fixture';
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

/** An upstream, and a bus with a connection to it that has no policies but those named. */
async function start(script: Script, policies: object) {
  upstream = await ScriptedUpstream.listen(script);
  const off = { retry: 'off', circuitBreaker: 'off', bulkhead: 'off' };
  bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url, ...off, ...policies } } } });
}

const fails: Script = (socket) => socket.write(createResponse(500));
const hangs: Script = () => undefined;
const get = (options?: Parameters<TestBus['run']>[1]) => bus.run((crm) => crm.get('/'), options);
const patience = (ms: number) => new CancelScope(Deadline.in(ms), () => new Error('expired'));

describe('the circuit breaker of a connection', () => {
  it('rejects calls of an upstream that fails: CIRCUIT_OPEN, with a Retry-After', async () => {
    await start(fails, { circuitBreaker: { consecutive: 3, openFor: '3s' } });
    for (let call = 0; call < 3; call += 1) await get();

    const failure = await catchRejection(get());

    expect(failure).toMatchObject({ code: 'CIRCUIT_OPEN', wasSent: false });
    expect(failure).toHaveProperty('retryAfter', expect.any(Number));
    expect(upstream.requests).toHaveLength(3);
  });

  it('is not opened by responses of 4xx', async () => {
    await start((socket) => socket.write(createResponse(404)), { circuitBreaker: { consecutive: 1, minimum: 1 } });

    for (let call = 0; call < 10; call += 1) await get();

    expect(upstream.requests).toHaveLength(10);
  });

  it('is opened by a deadline that passes after the request was sent', async () => {
    await start(hangs, { circuitBreaker: { consecutive: 1 } });

    await catchRejection(get({ timeoutMs: 50 }));

    expect(await catchRejection(get())).toMatchObject({ code: 'CIRCUIT_OPEN' });
  });

  it('is not opened by a client that disconnects', async () => {
    await start(hangs, { circuitBreaker: { consecutive: 1 } });
    const scope = patience(5_000);

    const left = catchRejection(get({ scope }));
    await waitUntil(() => upstream.requests.length === 1);
    scope.cancel(new CancelledError());
    await left;

    expect(await catchRejection(get({ timeoutMs: 50 }))).not.toMatchObject({ code: 'CIRCUIT_OPEN' });
  });

  it('prevents further attempts once it is open', async () => {
    await start(fails, { circuitBreaker: { consecutive: 1 }, retry: { attempts: 5 } });

    const response = await get();

    expect(response.status).toBe(500);
    expect(upstream.requests).toHaveLength(1);
  });

  it('is not opened by one failing resource: a call counts once, however many attempts it has', async () => {
    const retry = { attempts: 3, initial: '1ms', budget: { perSecond: 100 } };
    const some: Script = (socket, request) =>
      socket.write(request.includes('/bad') ? createResponse(500) : createJsonResponse({}));
    await start(some, { retry, circuitBreaker: { consecutive: 3, ratio: 0.9, minimum: 4 } });

    for (let call = 0; call < 2; call += 1) await bus.run((crm) => crm.get('/bad'));

    expect((await get()).ok).toBe(true);
    expect(upstream.requests).toHaveLength(7);
  });

  it('counts a call with concurrent attempts once', async () => {
    await start((socket) => setTimeout(() => socket.write(createResponse(500)), 250), {
      hedge: { after: '10ms', max: 2 },
      circuitBreaker: { consecutive: 2 },
    });

    await get();
    const second = await get();

    expect(second.status).toBe(500);
    expect(upstream.requests.length).toBeGreaterThan(2);
    expect(await catchRejection(get())).toMatchObject({ code: 'CIRCUIT_OPEN' });
  });

  it('is opened by consecutive calls that fail in all their attempts', async () => {
    await start(fails, { retry: { attempts: 3, initial: '1ms' }, circuitBreaker: { consecutive: 2 } });

    for (let call = 0; call < 2; call += 1) await get();

    expect(await catchRejection(get())).toMatchObject({ code: 'CIRCUIT_OPEN' });
  });

  it.each<[readonly (string | number)[], string]>([
    [['timeout'], 'UPSTREAM_ERROR'],
    [[503], 'UPSTREAM_ERROR'],
    [['5xx'], 'CIRCUIT_OPEN'],
    [[500], 'CIRCUIT_OPEN'],
  ])('is opened by the failures %j alone', async (failures, code) => {
    await start(fails, {
      circuitBreaker: { consecutive: 1, failures },
      services: { 'crm.get': { method: 'GET', path: '/' } },
    });
    await catchRejection(bus.invoke('crm.get', {}));

    expect(await catchRejection(bus.invoke('crm.get', {}))).toMatchObject({ code });
  });

  it('is never opened by 429', async () => {
    await start((socket) => socket.write(createResponse(429)), { circuitBreaker: { consecutive: 1, minimum: 1 } });

    for (let call = 0; call < 5; call += 1) await get();

    expect(upstream.requests).toHaveLength(5);
  });

  it('admits one probe at a time, and closes with its success', async () => {
    let isWell = false;
    await start((socket) => socket.write(isWell ? createJsonResponse({}) : createResponse(500)), {
      circuitBreaker: { consecutive: 1, openFor: '40ms' },
    });
    await get();
    isWell = true;
    await new Promise((resolve) => setTimeout(resolve, 60));

    const outcomes = await Promise.all(Array.from({ length: 5 }, () => get().catch(() => undefined)));

    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect((await get()).ok).toBe(true);
  });
});

describe('the bulkhead of a connection', () => {
  it('admits the configured number of concurrent calls, each on its own socket', async () => {
    await start(hangs, { bulkhead: { concurrent: 300, queue: 0 } });
    const scope = patience(5_000);

    const calls = Array.from({ length: 300 }, () => get({ scope }).catch((thrown: unknown) => thrown));
    await waitUntil(() => upstream.requests.length === 300);
    const { openSockets } = upstream;
    scope.cancel(new CancelledError());
    await Promise.all(calls);

    expect(openSockets).toBe(300);
  });

  it('rejects a call when all permits are in use and its queue is full: OVERLOADED', async () => {
    await start(hangs, { bulkhead: { concurrent: 2, queue: 1 } });
    const scope = patience(5_000);

    const admitted = Array.from({ length: 3 }, () => catchRejection(get({ scope })));
    const failure = await catchRejection(get());
    await waitUntil(() => upstream.requests.length === 2);
    scope.cancel(new CancelledError());
    await Promise.all(admitted);

    expect(failure).toMatchObject({ code: 'OVERLOADED', status: 503, retryAfter: 1, wasSent: false });
    expect(upstream.requests).toHaveLength(2);
  });

  it('rejects a call after the queue timeout', async () => {
    await start(hangs, { bulkhead: { concurrent: 1, queue: 1, queueTimeout: '30ms' }, timeout: '200ms' });

    const first = catchRejection(get());
    const failure = await catchRejection(get());
    await first;

    expect(failure).toMatchObject({ code: 'OVERLOADED' });
    expect(upstream.requests).toHaveLength(1);
  });

  it('queues no call beyond its deadline', async () => {
    await start(hangs, { bulkhead: { concurrent: 1, queueTimeout: '5s' }, timeout: '300ms' });
    const began = performance.now();

    const first = catchRejection(get());
    await catchRejection(get({ timeoutMs: 50 }));
    const waitedMs = performance.now() - began;
    await first;

    expect(waitedMs).toBeLessThan(200);
    expect(upstream.requests).toHaveLength(1);
  });

  it('never starts a cancelled call', async () => {
    await start(hangs, { bulkhead: { concurrent: 1 }, timeout: '100ms' });
    const scope = patience(5_000);
    const reason = new CancelledError();

    const first = catchRejection(get());
    await waitUntil(() => upstream.requests.length === 1);
    const queued = Array.from({ length: 10 }, () => catchRejection(get({ scope })));
    scope.cancel(reason);

    expect(new Set(await Promise.all(queued))).toEqual(new Set([reason]));
    await first;
    expect(upstream.requests).toHaveLength(1);
  });

  it('releases permits, however attempts end', async () => {
    await start(
      (socket, _request, count) => (count % 2 === 0 ? socket.write(createJsonResponse({})) : socket.resetAndDestroy()),
      {
        bulkhead: { concurrent: 1, queue: 100, queueTimeout: '5s' },
      },
    );

    const outcomes = await Promise.all(Array.from({ length: 20 }, () => get().catch(() => undefined)));

    expect(outcomes.filter(Boolean)).toHaveLength(10);
    expect(upstream.requests).toHaveLength(20);
  });

  it('rejects queued calls once the breaker has opened', async () => {
    await start((socket) => setTimeout(() => socket.write(createResponse(500)), 20), {
      bulkhead: { concurrent: 1 },
      circuitBreaker: { consecutive: 2 },
    });

    const outcomes = await Promise.all(Array.from({ length: 10 }, () => get().catch((thrown: unknown) => thrown)));

    expect(outcomes.filter((outcome) => outcome instanceof Error)).toHaveLength(8);
    expect(upstream.requests).toHaveLength(2);
  });
});

describe('a hedge', () => {
  const slowFirst: Script = (socket, _request, count) => {
    if (count > 1) socket.write(createJsonResponse({ count }));
  };

  it('uses the faster attempt, and closes the socket of the slower one', async () => {
    await start(slowFirst, { hedge: { after: '30ms' } });

    const response = await get();

    expect(response.data).toEqual({ count: 2 });
    await waitUntil(() => upstream.openSockets === 1);
  });

  it.each<HttpMethod>(['POST', 'PATCH'])('is not started for a %s', async (method) => {
    await start(hangs, { hedge: { after: '10ms' }, timeout: '60ms', idempotent: true });

    await catchRejection(bus.run((crm) => crm.request(method, '/')));

    expect(upstream.requests).toHaveLength(1);
  });

  it('uses the budget of retries', async () => {
    const retry = { attempts: 1, budget: { ratio: 0, perSecond: 0 } };
    await start(hangs, { retry, hedge: { after: '10ms', max: 3 }, timeout: '100ms' });

    await catchRejection(get());

    expect(upstream.requests).toHaveLength(1);
  });

  it('does not win with a failure', async () => {
    await start(
      (socket, _request, count) =>
        count === 1
          ? setTimeout(() => socket.write(createJsonResponse({ count })), 80)
          : socket.write(createResponse(500)),
      { hedge: { after: '20ms' } },
    );

    expect((await get()).data).toEqual({ count: 1 });
  });

  it('has the outcome of the first attempt where all attempts fail', async () => {
    await start(
      (socket, _request, count) =>
        count === 1 ? setTimeout(() => socket.write(createResponse(502)), 60) : socket.write(createResponse(500)),
      { hedge: { after: '20ms' } },
    );

    expect((await get()).status).toBe(502);
  });

  it('ends with the call: all sockets are closed', async () => {
    await start(hangs, { hedge: { after: '10ms' } });
    const scope = patience(5_000);
    const reason = new CancelledError();

    const call = catchRejection(get({ scope }));
    await waitUntil(() => upstream.requests.length === 2);
    scope.cancel(reason);

    expect(await call).toBe(reason);
    await waitUntil(() => upstream.openSockets === 0);
  });

  it('starts after the 95th percentile where that is configured', async () => {
    await start((socket, _request, count) => (count === 26 ? undefined : socket.write(createJsonResponse({ count }))), {
      hedge: { after: 'p95' },
    });
    for (let call = 0; call < 25; call += 1) await get();

    expect((await get()).data).toEqual({ count: expect.any(Number) });
  });
});

describe('the retry budget', () => {
  it('bounds the retries of all calls together', async () => {
    await start(fails, { retry: { initial: '1ms', budget: { ratio: 0.1, perSecond: 0 } } });

    for (let call = 0; call < 100; call += 1) await get();

    expect(upstream.requests).toHaveLength(110);
  });
});

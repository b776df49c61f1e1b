import { catchRejection, TestBus } from '../test-bus.fixture';
import { createJsonResponse, createResponse, type Script, ScriptedUpstream, waitUntil } from '@trunkline/testing';
import { useVirtualTime } from '../../../testing/src/virtual-time/use-virtual-time.fixture';

useVirtualTime();

let upstream: ScriptedUpstream;
let bus: TestBus;

afterEach(async () => {
  await bus.close();
  await upstream.close();
});

/** Time in the hand of a spec. */
class Time {
  ms = 1_000;

  nowMs(): number {
    return this.ms;
  }
}

async function start(script: Script, policies: object = {}, clock?: Time) {
  upstream = await ScriptedUpstream.listen(script);
  const off = { retry: 'off', circuitBreaker: 'off', bulkhead: 'off' };
  const CRM = { url: upstream.url, ...off, services: { 'crm.get': { method: 'GET', path: '/' } }, ...policies };
  bus = new TestBus({ outgoing: { rest: { CRM } }, ...(clock && { clock }) });
}

const asks =
  (status: number, headers: Readonly<Record<string, string>>): Script =>
  (socket) =>
    socket.write(createResponse(status, '', headers));
const get = () => bus.run((crm) => crm.get('/'));
const messages = () => bus.logged.warnings.map((line) => Reflect.get(line, 'message') as unknown);

describe('a connection whose upstream requests a hold', () => {
  it.each([
    [429, { 'retry-after': '60' }],
    [429, { 'x-ratelimit-reset': '60' }],
    [503, { 'retry-after': '60' }],
    [403, { 'retry-after': '60' }],
    [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '60' }],
  ])('by %d and %j rejects calls with the rest of it as Retry-After', async (status, headers) => {
    const clock = new Time();
    await start(asks(status, headers), {}, clock);
    await get();

    clock.ms += 20_500;
    const failure = await catchRejection(bus.invoke('crm.get', {}));

    expect(failure).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', status: 503, retryAfter: 40, wasSent: false });
    expect(upstream.requests).toHaveLength(1);
  });

  it('is called again after the hold', async () => {
    const clock = new Time();
    await start(
      (socket, _request, count) => socket.write(count === 1 ? createResponse(429, '', WAIT) : createJsonResponse({})),
      {},
      clock,
    );
    await get();

    clock.ms += 60_000;

    expect((await get()).ok).toBe(true);
  });

  it.each([
    [429, {}],
    [429, { 'retry-after': '0' }],
    [500, { 'retry-after': '60' }],
    [403, {}],
    [200, { 'retry-after': '60', 'content-type': 'application/json' }],
  ])('is not one that answers %d with %j', async (status, headers) => {
    await start(asks(status, headers));

    for (let call = 0; call < 3; call += 1) await get();

    expect(upstream.requests).toHaveLength(3);
  });

  it('is held no longer than it may be', async () => {
    const clock = new Time();
    await start(asks(429, { 'retry-after': '3600' }), { hold: { max: '10s' } }, clock);
    await get();

    expect(await catchRejection(get())).toMatchObject({ retryAfter: 10 });
    clock.ms += 10_000;
    await get();

    expect(upstream.requests).toHaveLength(2);
  });

  it('is called all the same where the hold is off', async () => {
    await start(asks(429, WAIT), { hold: 'off' });

    for (let call = 0; call < 3; call += 1) await get();

    expect(upstream.requests).toHaveLength(3);
  });

  it('is on hold until the last of several concurrent requests ends', async () => {
    await start((socket, _request, count) => {
      if (count === 3) socket.write(createResponse(429, '', { 'retry-after': '5' }));
      else
        setTimeout(
          () => socket.write(createResponse(429, '', { 'retry-after': count === 1 ? '60' : '30' })),
          10 * count,
        );
    });

    await Promise.all([get(), get(), get()]);

    expect(await catchRejection(get())).toMatchObject({ retryAfter: 60 });
  });

  it('does not get what has waited in the bulkhead meanwhile', async () => {
    await start((socket) => setTimeout(() => socket.write(createResponse(429, '', WAIT)), 20), {
      bulkhead: { concurrent: 1, queueTimeout: '5s' },
    });

    const outcomes = await Promise.all(Array.from({ length: 5 }, () => get().catch((thrown: unknown) => thrown)));

    expect(outcomes.filter((outcome) => outcome instanceof Error)).toHaveLength(4);
    expect(upstream.requests).toHaveLength(1);
  });

  it('keeps its breaker closed', async () => {
    const clock = new Time();
    await start(asks(429, { 'retry-after': '1' }), { circuitBreaker: { consecutive: 1, minimum: 1 } }, clock);

    for (let call = 0; call < 5; call += 1) {
      await get();
      clock.ms += 1_000;
    }

    expect(upstream.requests).toHaveLength(5);
  });

  it('logs each hold once', async () => {
    const clock = new Time();
    await start(asks(429, WAIT), {}, clock);

    for (let call = 0; call < 5; call += 1) await get().catch(() => undefined);
    clock.ms += 60_000;
    await get();

    expect(messages()).toEqual(Array.from({ length: 2 }, () => 'connection is on hold, as the upstream has requested'));
  });
});

describe('a call that was made before the hold', () => {
  const retry = { attempts: 3, initial: '1ms', budget: { perSecond: 100 } };

  it('waits for its end where its deadline allows it', async () => {
    await start(
      (socket, _request, count) =>
        socket.write(count === 1 ? createResponse(429, '', { 'retry-after': '0.2' }) : createJsonResponse({})),
      { retry },
    );
    const began = performance.now();

    const response = await get();

    expect(response.ok).toBe(true);
    expect(performance.now() - began).toBeGreaterThanOrEqual(195);
  });

  it('waits for the end of a hold that another call has started', async () => {
    await start(
      (socket, request, count) => {
        if (request.includes('/slow') && count === 1) setTimeout(() => socket.write(createResponse(500)), 60);
        else
          socket.write(
            request.includes('/slow') ? createJsonResponse({}) : createResponse(429, '', { 'retry-after': '0.3' }),
          );
      },
      { retry },
    );

    const slow = bus.run((crm) => crm.get('/slow'));
    await waitUntil(() => upstream.requests.length === 1);
    const began = performance.now();
    await bus.run((crm) => crm.post('/other'));
    await slow;

    expect(performance.now() - began).toBeGreaterThanOrEqual(250);
  });

  it('fails at once where its deadline does not allow it', async () => {
    await start(asks(429, WAIT), { retry });

    const response = await get();

    expect(response.status).toBe(429);
    expect(upstream.requests).toHaveLength(1);
  });
});

const WAIT = { 'retry-after': '60' };

import { BusService, Service } from 'trunkline';
import { waitUntil } from '@trunkline/testing';
import { type HttpResponse, sendRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

/** Work that blocks the event loop. */
@BusService({ name: 'burn' })
class Burn extends Service {
  handle() {
    const untilMs = performance.now() + 5;
    while (performance.now() < untilMs);
    return { burnt: true };
  }
}

@BusService({ name: 'wait' })
class Wait extends Service {
  static waiting: (() => void)[] = [];
  async handle() {
    await new Promise<void>((resolve) => Wait.waiting.push(resolve));
    return { waited: true };
  }
}

const channels = `
channels:
  rest:
    burn: { method: GET, path: /burn, service: burn }
    burn.post: { method: POST, path: /burn, service: burn }
    wait: { method: GET, path: /wait, service: wait }
`;
const startWith = (overload: string, errors = '{}') =>
  startBus({
    config: {
      'channels.yaml': channels,
      'test-bus.yaml': `bus: { http: { port: 0, overload: ${overload} }, errors: ${errors} }`,
    },
    services: [Burn, Wait],
  });
const burst = (url: string, count: number, init?: RequestInit) =>
  Promise.all(Array.from({ length: count }, () => sendRequest(`${url}/burn`, init)));
const readCount = (responses: readonly HttpResponse[], wanted: number) =>
  responses.filter(({ status }) => status === wanted).length;
const waiters = async (count: number) => {
  while (Wait.waiting.length < count) await new Promise((resolve) => setImmediate(resolve));
};

describe('Requests beyond the capacity of the bus', () => {
  let running: RunningBus;
  afterEach(async () => {
    for (const go of Wait.waiting.splice(0)) go();
    await running.stop();
  });

  it.each([undefined, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }])(
    'are rejected before they start, and the others succeed: %j',
    async (init) => {
      running = await startWith('{ eventLoopDelay: 1ms }');

      const responses = await burst(running.url, 100, init);

      expect(readCount(responses, 200)).toBeGreaterThan(0);
      expect(readCount(responses, 503)).toBeGreaterThan(0);
      expect(readCount(responses, 200) + readCount(responses, 503)).toBe(100);
      const rejected = responses.find(({ status }) => status === 503);
      expect(rejected?.headers.get('retry-after')).toBe('1');
      expect(rejected?.headers.get('x-request-id')).toBe(rejected?.body['request_id']);
      expect(rejected?.body).toMatchObject({ code: 'OVERLOADED', status: 503, retry_after: 1 });
    },
  );

  it('all succeed when they arrive one after the other', async () => {
    running = await startWith('{ eventLoopDelay: 1ms }');
    await burst(running.url, 50);

    for (let index = 0; index < 5; index += 1) {
      await expect(sendRequest(`${running.url}/burn`)).resolves.toMatchObject({ status: 200 });
    }
  });

  it('do not block health checks', async () => {
    running = await startWith('{ eventLoopDelay: 1ms, inFlight: 1 }');
    const waiting = sendRequest(`${running.url}/wait`);
    await waiters(1);

    for (const page of ['live', 'ready', 'detail']) {
      await expect(sendRequest(`${running.url}/health/${page}`)).resolves.toMatchObject({ status: 200 });
    }
    await expect(sendRequest(`${running.url}/wait`)).resolves.toMatchObject({
      status: 503,
      body: { code: 'OVERLOADED' },
    });
    Wait.waiting.pop()?.();
    await expect(waiting).resolves.toMatchObject({ status: 200 });
  });

  it('are accepted again once others have finished', async () => {
    running = await startWith('{ inFlight: 1 }');
    const first = sendRequest(`${running.url}/wait`);
    await waiters(1);
    Wait.waiting.pop()?.();
    await first;

    await expect(sendRequest(`${running.url}/burn`)).resolves.toMatchObject({ status: 200 });
  });

  it('do not include requests that wait: many of these can be in flight', async () => {
    running = await startWith('{ eventLoopDelay: 10s }');
    const responses = Promise.all(Array.from({ length: 300 }, () => sendRequest(`${running.url}/wait`)));
    await waiters(300);
    for (const go of Wait.waiting.splice(0)) go();

    expect(readCount(await responses, 200)).toBe(300);
  });

  it('are counted in the log, not logged one by one', async () => {
    running = await startWith('{ inFlight: 1 }');
    const waiting = sendRequest(`${running.url}/wait`);
    await waiters(1);
    const startedMs = performance.now();
    await burst(running.url, 20);
    const readOverloadLog = () =>
      running.readLog().filter(({ msg }) => msg === 'requests were rejected because of overload');
    const countRejected = () => readOverloadLog().reduce((sum, { count }) => sum + Number(count), 0);
    await waitUntil(() => countRejected() >= 20);

    // A line per second, at most.
    const seconds = Math.ceil((performance.now() - startedMs) / 1_000);
    expect(countRejected()).toBe(20);
    expect(readOverloadLog().length).toBeLessThanOrEqual(1 + seconds);
    expect(new Set(readOverloadLog().map(({ code }) => code))).toEqual(new Set(['OVERLOADED']));
    Wait.waiting.pop()?.();
    await waiting;
  });

  it('are accepted when load shedding is off', async () => {
    running = await startWith('off');

    expect(readCount(await burst(running.url, 60), 200)).toBe(60);
  });

  it.each([
    ['envelope', { error: { code: 'OVERLOADED' } }],
    ['flat', { error: 'overloaded', retry_after: 1 }],
  ])('are rejected in the error format of the bus: %s', async (format, body) => {
    running = await startWith('{ inFlight: 1 }', `{ format: ${format} }`);
    const waiting = sendRequest(`${running.url}/wait`);
    await waiters(1);

    await expect(sendRequest(`${running.url}/burn`)).resolves.toMatchObject({ status: 503, body });
    Wait.waiting.pop()?.();
    await waiting;
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { BusService, Service } from 'trunkline';
import { sendRequest, createJsonRequest } from '../send-request';
import { describeWithServer } from '../servers/describe-with-server';
import { RedisServer } from '../servers/redis-server';
import { waitUntil, type JobBus, startJobBus } from './job-bus';
import { measureTime } from './measure-time';

let done: string[] = [];

@BusService({ name: 'work' })
class Work extends Service<{ key: string }> {
  handle() {
    done.push(this.request.input.key);
  }
}

@BusService({ name: 'hand-in' })
class HandIn extends Service<{ key: string }> {
  handle() {
    return this.invokeAsync(Work, this.request.input);
  }
}

@BusService({ name: 'greet' })
class Greet extends Service {
  handle() {
    return 'hello';
  }
}

@BusService({ name: 'second' })
class Second extends Service {
  handle() {
    return sleep(1_000, 'a second');
  }
}

const CHANNELS = `
channels:
  rest:
    hand-in: { method: POST, path: /work, service: hand-in }
    second: { method: GET, path: /second, service: second }
    greet: { method: GET, path: /greet, service: greet }
`;

describeWithServer('redis', 'a store of jobs that is away', () => {
  let server: RedisServer;
  let bus: JobBus;

  beforeAll(async () => {
    server = await RedisServer.start();
    const store = { jobs: { backend: server.url }, stop: () => server.stop() };
    bus = await startJobBus(store, { services: [Work, HandIn, Greet, Second], config: { 'channels.yaml': CHANNELS } });
  });
  beforeEach(() => (done = []));
  afterAll(async () => {
    server.resume();
    await bus?.stop();
    await server.stop();
  });

  const handIn = (key: string) => sendRequest(`${bus.url}/work`, createJsonRequest('POST', { key }));
  const isDone = (key: string) => waitUntil(() => done.includes(key) || undefined);

  it('has lost nothing that was accepted when it comes back after a crash', async () => {
    await server.kill();
    expect((await handIn('refused')).status).toBe(503);
    await server.restart();

    const id = await waitUntil(async () => {
      const { status, body } = await handIn('accepted');
      return status === 200 ? String(body['id']) : undefined;
    });

    expect(await bus.waitForJob(id)).toMatchObject({ state: 'completed' });
  }, 30_000);

  it('refuses jobs with 503 within 1.1 s when it hangs, while channels without jobs do not notice; then work goes on', async () => {
    await handIn('before');
    await isDone('before');

    server.suspend();
    const [{ result: refused, tookMs }, second] = await Promise.all([
      measureTime(() => handIn('meanwhile')),
      measureTime(() => sendRequest(`${bus.url}/second`)),
    ]);
    const greeted = await sendRequest(`${bus.url}/greet`);
    server.resume();

    expect(refused).toMatchObject({ status: 503, body: { code: 'STORE_UNAVAILABLE' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    // Not 0.1 s longer than what takes a second on this machine, at this time.
    expect(tookMs).toBeLessThan(second.tookMs + 100);
    expect(greeted.status).toBe(200);
    const id = await waitUntil(async () => {
      const { status, body } = await handIn('after');
      return status === 200 ? String(body['id']) : undefined;
    });
    expect(await bus.waitForJob(id)).toMatchObject({ state: 'completed' });
  }, 30_000);
});

import { setTimeout as sleep } from 'node:timers/promises';
import { BusService, Service } from 'trunkline';
import { sendRequest, createJsonRequest } from '../send-request';
import { describeWithServer } from '../servers/describe-with-server';
import { RedisServer } from '../servers/redis-server';
import { type JobBus, startJobBus } from './job-bus';
import { runs, Submit, Work } from './recorded-work';
import { measureTime, waitUntil } from '@trunkline/testing';

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
    submit: { method: POST, path: /work, service: submit }
    second: { method: GET, path: /second, service: second }
    greet: { method: GET, path: /greet, service: greet }
`;

describeWithServer('redis', 'an outage of the store of jobs', () => {
  let server: RedisServer;
  let bus: JobBus;

  beforeAll(async () => {
    server = await RedisServer.start();
    const store = { jobs: { backend: server.url }, stop: () => server.stop() };
    bus = await startJobBus(store, { services: [Work, Submit, Greet, Second], config: { 'channels.yaml': CHANNELS } });
  });
  beforeEach(() => (runs.length = 0));
  afterAll(async () => {
    server.resume();
    await bus?.stop();
    await server.stop();
  });

  const submit = (key: string) => sendRequest(`${bus.url}/work`, createJsonRequest('POST', { key }));
  const isDone = (key: string) => waitUntil(() => runs.includes(key) || undefined);

  it('loses no accepted job in a crash', async () => {
    await server.kill();
    expect((await submit('rejected')).status).toBe(503);
    await server.restart();

    const id = await waitUntil(async () => {
      const { status, body } = await submit('accepted');
      return status === 200 ? String(body['id']) : undefined;
    });

    expect(await bus.waitForJob(id)).toMatchObject({ state: 'completed' });
  }, 30_000);

  it('makes jobs fail with 503 within 1.1 s when the store hangs, without affecting other channels, until it responds again', async () => {
    await submit('before');
    await isDone('before');

    server.suspend();
    const [{ result: rejected, tookMs }, second] = await Promise.all([
      measureTime(() => submit('meanwhile')),
      measureTime(() => sendRequest(`${bus.url}/second`)),
    ]);
    const greeted = await sendRequest(`${bus.url}/greet`);
    server.resume();

    expect(rejected).toMatchObject({ status: 503, body: { code: 'STORE_UNAVAILABLE' } });
    expect(Number(rejected.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    // Compared with a request that takes a second, since a busy machine delays both.
    expect(tookMs).toBeLessThan(second.tookMs + 100);
    expect(greeted.status).toBe(200);
    const id = await waitUntil(async () => {
      const { status, body } = await submit('after');
      return status === 200 ? String(body['id']) : undefined;
    });
    expect(await bus.waitForJob(id)).toMatchObject({ state: 'completed' });
  }, 30_000);
});

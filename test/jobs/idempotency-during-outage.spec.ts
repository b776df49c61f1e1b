import { randomUUID } from 'node:crypto';
import { BusService, Service } from 'trunkline';
import { sendRequest, createJsonRequest } from '../send-request';
import { describeWithServer } from '../servers/describe-with-server';
import { RedisServer } from '../servers/redis-server';
import { waitUntil } from '@trunkline/testing';
import { type JobBus, startJobBus } from './job-bus';
import { runs, Submit, Work } from './recorded-work';

@BusService({ name: 'tell' })
class Tell extends Service<{ key: string }> {
  handle() {
    return this.publish('told', this.request.input);
  }
}

const CONFIG = {
  'channels.yaml': `
channels:
  rest:
    async: { method: POST, path: /async, service: work, async: true, idempotency: required }
    submit: { method: POST, path: /submit, service: submit, idempotency: required }
    tell: { method: POST, path: /tell, service: tell, idempotency: required }`,
  'topics.yaml': 'topics: { told: { subscribers: [{ service: work }] } }',
};

describeWithServer('redis', 'a request with an Idempotency-Key that submits a job', () => {
  let server: RedisServer;
  let bus: JobBus;

  beforeAll(async () => {
    server = await RedisServer.start();
    const store = { jobs: { backend: server.url }, stop: () => server.stop() };
    bus = await startJobBus(store, { services: [Work, Submit, Tell], config: CONFIG });
  });
  afterAll(async () => {
    server.resume();
    await bus?.stop();
    await server.stop();
  });

  const countRuns = (key: string) => runs.filter((run) => run === key).length;
  const post = (path: string, key: string) =>
    sendRequest(`${bus.url}/${path}`, createJsonRequest('POST', { key }, { 'idempotency-key': `"${key}"` }));

  /** When this job has run, all jobs that were submitted before have run, too. */
  const settle = async (path: string) => {
    const last = randomUUID();
    await waitUntil(async () => ((await post(path, last)).status < 300 ? true : undefined));
    await waitUntil(() => runs.includes(last) || undefined);
  };

  it.each(['async', 'submit', 'tell'])(
    'submits it once, even if the store stalls and adds it later: %s',
    async (path) => {
      const key = randomUUID();
      await settle(path);
      server.suspend();

      const first = await post(path, key);
      server.resume();
      await waitUntil(() => runs.includes(key) || undefined);
      const second = await post(path, key);
      await settle(path);

      expect(first).toMatchObject({ status: 503, body: { code: 'STORE_UNAVAILABLE' } });
      expect([second.status, second.body['code'], countRuns(key)]).toEqual([409, 'IDEMPOTENCY_OUTCOME_UNKNOWN', 1]);
    },
    30_000,
  );

  it.each(['async', 'submit', 'tell'])(
    'can be retried with its key after the store was down: %s',
    async (path) => {
      const key = randomUUID();
      await settle(path);
      await server.kill();
      await waitUntil(async () => ((await post(path, randomUUID())).status === 503 ? true : undefined));

      const first = await post(path, key);
      await server.restart();
      await settle(path);
      const second = await waitUntil(async () => {
        const response = await post(path, key);
        return response.status < 300 ? response : undefined;
      });

      expect([first.status, second.headers.get('idempotency-replayed')]).toEqual([503, null]);
      await waitUntil(() => runs.includes(key) || undefined);
      expect(countRuns(key)).toBe(1);
    },
    30_000,
  );
});

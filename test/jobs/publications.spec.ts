import { Client } from 'pg';
import { BusService, Service } from 'trunkline';
import { sendRequest, createJsonRequest } from '../send-request';
import { describeWithServer } from '../servers/describe-with-server';
import { PostgresServer } from '../servers/postgres-server';
import { waitUntil } from '@trunkline/testing';
import { type JobBus, startJobBus } from './job-bus';

let heard: string[] = [];

@BusService({ name: 'first' })
class First extends Service<{ key: string }> {
  handle() {
    heard.push(`first ${this.request.input.key}`);
  }
}

@BusService({ name: 'second' })
class Second extends Service<{ key: string }> {
  handle() {
    heard.push(`second ${this.request.input.key}`);
  }
}

const CONFIG = `
topics:
  news: { subscribers: [{ service: first }, { service: second }] }
channels:
  rest:
    news: { method: POST, path: /news, topic: news }
`;

/** From now on the store rejects jobs of the second subscriber. */
const REFUSE = `
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no room for it''; END';
CREATE TRIGGER refuse BEFORE INSERT ON trunkline_jobs.job FOR EACH ROW WHEN (NEW.name = 'second') EXECUTE FUNCTION refuse()`;

describeWithServer('postgres', 'a published message', () => {
  let server: PostgresServer;
  let database: Client;
  let bus: JobBus;

  beforeAll(async () => {
    server = await PostgresServer.start();
    const store = { jobs: { backend: server.url }, stop: () => server.stop() };
    bus = await startJobBus(store, { services: [First, Second], config: { 'news.yaml': CONFIG } });
    database = new Client(server.url);
    await database.connect();
  }, 30_000);
  beforeEach(() => (heard = []));
  afterAll(async () => {
    await database?.end();
    await bus?.stop();
    await server.stop();
  });

  const publish = async (key: string) =>
    (await sendRequest(`${bus.url}/news`, createJsonRequest('POST', { key }))).status;

  it('is stored for all subscribers or, if the store fails for one of them, for none', async () => {
    await publish('before');
    await waitUntil(() => heard.length === 2);
    await database.query(REFUSE);

    const refused = await publish('refused');
    await database.query('DROP TRIGGER refuse ON trunkline_jobs.job');
    await publish('after');
    await waitUntil(() => heard.length === 4);

    expect(refused).toBeGreaterThanOrEqual(500);
    expect(heard.toSorted()).toEqual(['first after', 'first before', 'second after', 'second before']);
  });
});

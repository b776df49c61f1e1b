import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { waitUntil } from '@trunkline/testing';
import { BusService, Service } from 'trunkline';
import { type HttpResponse, sendRequest, createJsonRequest } from '../send-request';
import { waitForLogLine, createProject, startTrunkline } from '../process/trunkline-process';
import { type RunningBus, startBus } from '../running-bus';
import { describeWithServer } from '../servers/describe-with-server';
import { PostgresServer } from '../servers/postgres-server';
import { RedisServer } from '../servers/redis-server';

/** Runs of the service, by its input, and what it does meanwhile. */
const runs = new Map<string, number>();
let meanwhile: () => Promise<void> = async () => undefined;

@BusService({ name: 'order.place', input: 'id' })
class PlaceOrder extends Service<{ id: string }> {
  async handle() {
    const { id } = this.request.input;
    runs.set(id, (runs.get(id) ?? 0) + 1);
    await meanwhile();
    return { id };
  }
}

const CHANNELS =
  'channels: { rest: { place: { method: POST, path: /orders, service: order.place, idempotency: required } } }';

const busOn = (stores: string): Promise<RunningBus> =>
  startBus({
    config: {
      'channels.yaml': CHANNELS,
      'test-bus.yaml': `bus: { http: { port: 0, overload: 'off' }, log: { level: debug }, stores: { ${stores} } }`,
    },
    services: [PlaceOrder],
  });

const place = ({ url }: { readonly url: string }, id: string): Promise<HttpResponse> =>
  sendRequest(`${url}/orders`, createJsonRequest('POST', { id }, { 'idempotency-key': `"key of ${id}"` }));

describeWithServer('redis', 'idempotency on Redis', () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await RedisServer.start();
  });

  afterAll(() => server.stop());

  it('applies to all instances of a bus', async () => {
    const buses = await Promise.all([1, 2].map(() => busOn(`redis: '${server.url}'`)));
    const id = randomUUID();

    const responses = await Promise.all(Array.from({ length: 50 }, () => buses.map((bus) => place(bus, id))).flat());

    const statuses = new Set(responses.map(({ status }) => status));
    expect([runs.get(id), [...statuses].filter((status) => status !== 200 && status !== 409)]).toEqual([1, []]);
    await Promise.all(buses.map((bus) => bus.stop()));
  });

  it('executes nothing while Redis is unavailable', async () => {
    const bus = await busOn(`redis: '${server.url}'`);
    const id = randomUUID();
    server.suspend();

    const response = await place(bus, id);
    server.resume();

    expect(response).toMatchObject({ status: 503, body: { code: 'STORE_UNAVAILABLE' } });
    expect([response.headers.get('retry-after'), runs.has(id)]).toEqual(['1', false]);
    await bus.stop();
  });

  it('sends a response that could not be recorded, logs it, and does not execute the request twice', async () => {
    const bus = await busOn(`redis: '${server.url}'`);
    const id = randomUUID();
    meanwhile = async () => server.suspend();

    const first = await place(bus, id);
    meanwhile = async () => undefined;
    server.resume();

    let second = await place(bus, id);
    while (second.status === 503) second = await place(bus, id);
    // Redis may have recorded it when it resumed.
    expect([first.status, runs.get(id), [200, 409].includes(second.status)]).toEqual([200, 1, true]);
    const lost = bus.readLog().filter(({ msg }) => String(msg).includes('was not recorded'));
    expect(lost).toHaveLength(1);
    await bus.stop();
  });
});

describeWithServer('postgres', 'idempotency in PostgreSQL', () => {
  it('survives restarts of the bus, and takes precedence over Redis', async () => {
    const server = await PostgresServer.start();
    const stores = `postgres: '${server.url}', redis: 'redis://127.0.0.1:1'`;
    const id = randomUUID();
    const before = await busOn(stores);
    await place(before, id);
    await before.stop();

    const after = await busOn(stores);
    const response = await place(after, id);

    expect([response.headers.get('idempotency-replayed'), runs.get(id)]).toEqual(['true', 1]);
    await after.stop();
    await server.stop();
  });
});

describeWithServer('redis', 'a bus that is killed while it executes a request', () => {
  let server: RedisServer;
  let upstream: Server;
  let config: string;
  let arrived = 0;

  beforeAll(async () => {
    server = await RedisServer.start();
    // It accepts orders and never responds.
    upstream = createServer(() => (arrived += 1)).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const address = upstream.address();
    const port = typeof address === 'object' ? address?.port : 0;
    config = `
bus: { http: { port: 0 }, stores: { redis: '${server.url}' } }
channels: { rest: { place: { method: POST, path: /orders, service: adapter.place, idempotency: required, timeout: 500ms } } }
outgoing: { rest: { Orders: { url: 'http://127.0.0.1:${port}', services: { adapter.place: { method: POST, path: /orders } } } } }`;
  });

  afterAll(async () => {
    upstream.closeAllConnections();
    upstream.close();
    await server.stop();
  });

  it('does not execute it again after its restart, and reports an unknown outcome', async () => {
    const id = randomUUID();
    const first = startTrunkline(createProject({ 'config/bus.yaml': config }), ['start']);
    const { url } = await waitForLogLine(first, 'listening');
    const pending = place({ url: String(url) }, id).catch(() => undefined);
    await once(upstream, 'request');

    first.kill('SIGKILL');
    await pending;
    const second = await startBus({ config: { 'test-bus.yaml': config } });
    const codes = new Set<unknown>();
    await waitUntil(async () => {
      codes.add((await place(second, id)).body['code']);
      return codes.has('IDEMPOTENCY_OUTCOME_UNKNOWN');
    });

    codes.delete('IDEMPOTENCY_IN_PROGRESS');
    expect([[...codes], arrived]).toEqual([['IDEMPOTENCY_OUTCOME_UNKNOWN'], 1]);
    await second.stop();
  });
});

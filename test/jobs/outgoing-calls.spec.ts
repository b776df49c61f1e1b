import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BusService, Service } from 'trunkline';
import { sendRequest, createJsonRequest } from '../send-request';
import { describeWithServer } from '../servers/describe-with-server';
import { RedisServer } from '../servers/redis-server';
import { waitUntil } from '@trunkline/testing';
import { type JobBus, startJobBus } from './job-bus';

let asked: { readonly path: string; readonly headers: IncomingHttpHeaders }[] = [];

@BusService({ name: 'pay.twice' })
class PayTwice extends Service {
  async handle() {
    await this.invokeDynamic('adapter.bank.pay', { amount: 1 });
    await this.invokeDynamic('adapter.bank.pay', { amount: 2 });
  }
}

@BusService({ name: 'submit' })
class Submit extends Service {
  handle() {
    return this.invokeAsync(PayTwice, {});
  }
}

const CONFIG = (port: number) => ({
  'channels.yaml': 'channels: { rest: { submit: { method: POST, path: /pay, service: submit } } }',
  'outgoing.yaml': `outgoing: { rest: { Bank: { url: 'http://127.0.0.1:${port}', services: { adapter.bank.pay: { method: POST, path: /payments } } } } }`,
});

describeWithServer('redis', 'the outgoing calls of a job', () => {
  let redis: RedisServer;
  let bank: Server;
  let bus: JobBus;

  beforeAll(async () => {
    redis = await RedisServer.start();
    bank = createServer((request, response) => {
      asked.push({ path: request.url ?? '', headers: request.headers });
      // The second payment of the first attempt fails.
      response.writeHead(asked.length === 2 ? 500 : 201, { 'content-type': 'application/json' }).end('{}');
    }).listen(0, '127.0.0.1');
    await once(bank, 'listening');
    const { port } = bank.address() as AddressInfo;
    const store = { jobs: { backend: redis.url }, stop: () => redis.stop() };
    bus = await startJobBus(store, { services: [PayTwice, Submit], config: CONFIG(port) });
  });
  afterAll(async () => {
    await bus?.stop();
    bank.close();
    await redis.stop();
  });

  it('carry its correlation id and trace, and an Idempotency-Key that is the same in every attempt and differs for each side effect', async () => {
    asked = [];
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { body } = await sendRequest(
      `${bus.url}/pay`,
      createJsonRequest('POST', {}, { traceparent, 'x-request-id': 'CID-7' }),
    );
    await bus.waitForJob(String(body['id']));
    await waitUntil(() => asked.length === 4 || undefined);

    const keys = asked.map(({ headers }) => headers['idempotency-key']);
    expect(keys.slice(2)).toEqual(keys.slice(0, 2));
    expect(keys[0]).toContain(String(body['id']));
    expect(keys[0]).not.toBe(keys[1]);
    for (const { headers } of asked) expect(headers).toMatchObject({ traceparent, 'x-request-id': 'CID-7' });
  });
});

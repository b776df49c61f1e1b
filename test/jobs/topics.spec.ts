import { BusService, ConflictError, Service } from 'trunkline';
import { waitUntil } from '@trunkline/testing';
import { sendRequest, createJsonRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';
import { createJobsDirectory } from './jobs-directory';

const received: string[] = [];

@BusService({ name: 'mail.send' })
class SendMail extends Service {
  handle() {
    received.push(`mail ${JSON.stringify(this.request.input)} ${this.cid}`);
  }
}

@BusService({ name: 'stock.take' })
class TakeStock extends Service {
  handle() {
    received.push(`stock ${JSON.stringify(this.request.input)}`);
    throw new ConflictError('It fails, and the publisher receives no error');
  }
}

const config = `
topics:
  order.created:
    subscribers: [{ service: mail.send }, { service: stock.take, filter: { country: SE } }]
channels:
  rest:
    open: { method: POST, path: /topics/order.created, topic: order.created }
    closed: { method: PUT, path: /closed, topic: order.created, security: [partners] }
    once: { method: POST, path: /once, topic: order.created, idempotency: required, errors: flat }
security:
  partners: { type: apiKey, header: X-API-Key, callers: [{ name: acme, key: key-of-acme }] }
`;

function listResponses(document: object): object {
  const { paths } = document as { readonly paths: Record<string, { readonly post: { readonly responses: object } }> };
  return paths['/topics/order.created']?.post.responses ?? {};
}

describe('A channel with a topic', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({
      config: {
        'all.yaml': config,
        'test-bus.yaml': `bus: { http: { port: 0 }, jobs: { directory: ${await createJobsDirectory()} } }`,
      },
      services: [SendMail, TakeStock],
    });
    // Requests wait at most a second for a store that is being opened.
    await waitUntil(async () => (await post('/topics/order.created', { id: 'warm' })).status === 202);
  }, 60_000);
  afterAll(() => running.stop());
  const post = (path: string, body: unknown, headers: Record<string, string> = {}, method = 'POST') =>
    sendRequest(`${running.url}${path}`, createJsonRequest(method, body, headers));
  const findReceived = (text: string) => received.filter((line) => line.includes(text));

  it('responds 202 once every subscriber whose filter matches the body has its job', async () => {
    const all = await post('/topics/order.created', { id: 'A', country: 'SE' }, { 'x-request-id': 'cid-of-A' });
    const one = await post('/topics/order.created', { id: 'B', country: 'NO' });

    expect([all.status, one.status]).toEqual([202, 202]);
    expect(all.body).toEqual({ topic: 'order.created', subscribers: 2 });
    expect(one.body).toEqual({ topic: 'order.created', subscribers: 1 });
    await waitUntil(() => findReceived('"A"').length === 2 && findReceived('"B"').length === 1);
    expect(findReceived('"A"').toSorted()).toEqual([
      'mail {"id":"A","country":"SE"} cid-of-A',
      'stock {"id":"A","country":"SE"}',
    ]);
  });

  it('publishes any body unchanged', async () => {
    const { status } = await post('/topics/order.created', [1, 'two', { id: 'C' }]);

    expect(status).toBe(202);
    await waitUntil(() => findReceived('"C"').length === 1);
    expect(findReceived('"C"')[0]).toContain('mail [1,"two",{"id":"C"}]');
  });

  it('is described in the OpenAPI document', async () => {
    const { body } = await sendRequest(`${running.url}/openapi.json`);

    expect(body).toMatchObject({ paths: { '/topics/order.created': { post: { responses: { 202: {} } } } } });
    expect(Object.keys(listResponses(body)).filter((status) => status.startsWith('2'))).toEqual(['202']);
  });

  it('needs a body', async () => {
    const { status, body } = await sendRequest(`${running.url}/topics/order.created`, { method: 'POST' });

    expect([status, body['code']]).toEqual([400, 'VALIDATION_FAILED']);
  });

  it('accepts the callers of its security definitions', async () => {
    const [rejected, taken] = [
      await post('/closed', { id: 'D' }, {}, 'PUT'),
      await post('/closed', { id: 'D' }, { 'x-api-key': 'key-of-acme' }, 'PUT'),
    ];

    expect([rejected.status, taken.status]).toEqual([401, 202]);
    await waitUntil(() => findReceived('"D"').length === 1);
  });

  it('publishes once per idempotency key', async () => {
    const headers = { 'idempotency-key': 'key-1' };

    const [first, again] = [await post('/once', { id: 'E' }, headers), await post('/once', { id: 'E' }, headers)];
    const later = await post('/once', { id: 'F' }, { 'idempotency-key': 'key-2' });

    expect([first.status, again.status, later.status]).toEqual([202, 202, 202]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    await waitUntil(() => findReceived('"F"').length === 1);
    expect(findReceived('"E"')).toHaveLength(1);
  });
});

describe('The configuration of a channel', () => {
  const readRejection = async (channel: string): Promise<string> => {
    const text = `topics: { order.created: {} }\nchannels: { rest: { a: ${channel} } }`;
    const starting = startBus({ config: { 'all.yaml': text }, services: [SendMail] });
    return starting.then(
      (started) => started.stop().then(() => 'it starts'),
      (error: unknown) => String(error),
    );
  };

  it.each([
    [
      '{ method: POST, path: /a, topic: order.creatde }',
      /a\.topic  there is no topic order\.creatde, did you mean `order\.created`/,
    ],
    ['{ method: POST, path: /a }', /expected `service`, .* or `topic`/],
    ['{ method: POST, path: /a, service: mail.send, topic: order.created }', /expected a service or a topic, not both/],
    ['{ method: DELETE, path: /a, topic: order.created }', /a\.method  expected POST or PUT/],
    ["{ method: POST, path: '/a/{id}', topic: order.created }", /a\.path  expected no placeholder/],
    ['{ method: POST, path: /a, topic: order.created, async: true }', /a\.async  expected no `async`/],
  ])('%s is rejected', async (channel, message) => {
    expect(await readRejection(channel)).toMatch(message);
  });
});

describe('A topic', () => {
  it('has subscribers, or an empty configuration', async () => {
    const start = () => startBus({ config: { 'topics.yaml': 'topics: { nobody: {}, empty: { subscribers: [] } }' } });

    await expect(start()).rejects.toThrow('topics.empty.subscribers  expected at least one subscriber');
  });
});

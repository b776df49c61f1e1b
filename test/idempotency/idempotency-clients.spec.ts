import { randomUUID } from 'node:crypto';
import { BusService, ConflictError, Service } from 'trunkline';
import { sendRequest, createJsonRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

/** Runs of the service, by its input. */
const runs = new Map<string, number>();

@BusService({ name: 'order.place', input: ['id', '-how'] })
class PlaceOrder extends Service<{ id: string; how?: string }> {
  handle() {
    const { id, how } = this.request.input;
    const run = (runs.get(id) ?? 0) + 1;
    runs.set(id, run);
    const headers = { 'set-cookie': 'session=secret' };
    if (how === 'rejected') throw new ConflictError('Placed already', {}, { headers });
    if (how === 'cookie') Object.assign(this.response.headers, headers);
    return { id, run };
  }
}

const CONFIG = `
security:
  key: { type: apiKey, header: X-Api-Key, callers: [{ name: acme, key: acme-key-0123456789abcdef }, { name: initech, key: initech-key-0123456789abc }] }
channels:
  rest:
    place: { method: POST, path: /orders, service: order.place, idempotency: optional }
    scoped: { method: POST, path: /scoped, service: order.place, idempotency: { scope: [X-Tenant] } }
    known: { method: POST, path: /known, service: order.place, security: [key], idempotency: { scope: [X-Tenant] } }
`;
const ACME = { 'x-api-key': 'acme-key-0123456789abcdef' };
const INITECH = { 'x-api-key': 'initech-key-0123456789abc' };

describe('the Idempotency-Key of a client', () => {
  let bus: RunningBus;

  beforeAll(async () => {
    bus = await startBus({ config: { 'channels.yaml': CONFIG }, services: [PlaceOrder] });
  });

  afterAll(() => bus.stop());

  const post = (path: string, body: unknown, headers: Readonly<Record<string, string>>) =>
    sendRequest(bus.url + path, createJsonRequest('POST', body, headers));
  const keyed = () => ({ 'idempotency-key': `"${randomUUID()}"` });

  it.each([
    ['another Authorization', '/orders', { authorization: 'Bearer one' }, { authorization: 'Bearer two' }],
    ['another Cookie', '/orders', { cookie: 'session=one' }, { cookie: 'session=two' }],
    ['no Cookie', '/orders', { cookie: 'session=one' }, {}],
    ['another header of its scope', '/scoped', { 'x-tenant': 'one' }, { 'x-tenant': 'two' }],
    ['another caller', '/known', ACME, INITECH],
    ['another scope of a caller', '/known', { ...ACME, 'x-tenant': 'one' }, { ...ACME, 'x-tenant': 'two' }],
  ])('is not the key of another client: %s', async (_what, path, one, two) => {
    const [id, headers] = [randomUUID(), keyed()];
    const clients = [one, two, one, two];

    const responses = [];
    for (const credentials of clients) responses.push(await post(path, { id }, { ...headers, ...credentials }));

    expect(responses.map(({ body }) => body['run'])).toEqual([1, 2, 1, 2]);
    expect(responses.map(({ headers: each }) => each.get('idempotency-replayed'))).toEqual([
      null,
      null,
      'true',
      'true',
    ]);
  });

  it('is the same with other values of headers outside the scope', async () => {
    const [id, headers] = [randomUUID(), keyed()];
    await post('/orders', { id }, { ...headers, 'x-tenant': 'one' });

    const response = await post('/orders', { id }, { ...headers, 'x-tenant': 'two' });

    expect([response.headers.get('idempotency-replayed'), runs.get(id)]).toEqual(['true', 1]);
  });

  it.each(['cookie', 'rejected'])('replays a response without its Set-Cookie: %s', async (how) => {
    const [id, headers] = [randomUUID(), keyed()];

    const first = await post('/orders', { id, how }, headers);
    const second = await post('/orders', { id, how }, headers);

    expect([first, second].map(({ headers: each }) => each.get('set-cookie'))).toEqual(['session=secret', null]);
    expect([second.status, second.text, runs.get(id)]).toEqual([first.status, first.text, 1]);
  });

  it('is the same with another Cookie of an authenticated caller', async () => {
    const [id, headers] = [randomUUID(), { ...keyed(), ...ACME }];
    await post('/known', { id }, { ...headers, cookie: 'seen=1' });

    const response = await post('/known', { id }, { ...headers, cookie: 'seen=2' });

    expect([response.headers.get('idempotency-replayed'), runs.get(id)]).toEqual(['true', 1]);
  });
});

describe('the scope of a channel', () => {
  it.each(['Idempotency-Key', 'two words'])('cannot contain %s', async (name) => {
    const channel = `channels: { rest: { place: { method: POST, path: /, service: order.place, idempotency: { scope: ['${name}'] } } } }`;

    await expect(startBus({ config: { 'channels.yaml': channel }, services: [PlaceOrder] })).rejects.toHaveProperty(
      'problems',
      expect.arrayContaining([expect.objectContaining({ message: expect.stringContaining('expected') })]),
    );
  });
});

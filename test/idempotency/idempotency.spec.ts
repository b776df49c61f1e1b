import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Readable } from 'node:stream';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { BadRequestError, BusService, ConflictError, Service } from 'trunkline';
import { type HttpResponse, sendRequest, createJsonRequest } from '../send-request';
import { sendRawBytes } from '@trunkline/testing';
import { findFreePort } from '../servers/find-free-port';
import { type RunningBus, startBus } from '../running-bus';

/** Runs of each service, by its input. */
const runs = new Map<string, number>();
let hold: Promise<void> | undefined;

function countRun(id: string): void {
  runs.set(id, (runs.get(id) ?? 0) + 1);
}

@BusService({ name: 'order.place', input: ['id', '-how'] })
class PlaceOrder extends Service<{ id: string; how?: string }> {
  async handle() {
    const { id, how } = this.request.input;
    countRun(id);
    await hold;
    if (how === 'conflict') throw new ConflictError('Placed already');
    if (how === 'bug') throw new Error('a bug');
    this.response.statusCode = 201;
    this.response.headers['location'] = `/orders/${id}`;
    return this.#payload(how, id);
  }

  #payload(how: string | undefined, id: string) {
    if (how === 'bytes') return Buffer.from([0, 255, 10]);
    if (how === 'large') return 'x'.repeat(1_100_000);
    if (how === 'stream') return Readable.from(['a', 'b']);
    return { id, run: runs.get(id) };
  }
}

@BusService({ name: 'order.forward', input: ['id', '-caught'] })
class ForwardOrder extends Service<{ id: string; caught?: string }> {
  async handle() {
    const { id, caught } = this.request.input;
    countRun(id);
    try {
      const response = await this.out.rest['Orders']?.post('/orders', { body: { id } });
      return { status: response?.status };
    } catch (thrown) {
      if (caught) throw new BadRequestError('It did not work', { id });
      throw thrown;
    }
  }
}

@BusService({ name: 'order.drop', input: 'id' })
class DropOrder extends Service<{ id: string }> {
  handle() {
    countRun(this.request.input.id);
  }
}

const CHANNELS = `
channels:
  rest:
    place: { method: POST, path: /orders, service: order.place, idempotency: optional, produces: [application/json, application/octet-stream] }
    strict: { method: POST, path: /strict, service: order.place, idempotency: required }
    plain: { method: POST, path: /plain, service: order.place }
    forward: { method: POST, path: /forward, service: order.forward, idempotency: { mode: optional, keep: 1h } }
    drop: { method: DELETE, path: '/orders/{id}', service: order.drop, idempotency: optional }
`;

describe('a request with an Idempotency-Key', () => {
  let bus: RunningBus;
  let upstream: Server;
  let received = 0;

  beforeAll(async () => {
    upstream = createServer((request, response) => {
      received += 1;
      request.resume();
      if (request.headers['x-request-id'] === 'break') request.socket.destroy();
      else response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
    }).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const address = upstream.address();
    const port = typeof address === 'object' ? address?.port : 0;
    bus = await startBus({
      config: {
        'test-bus.yaml': "bus: { http: { port: 0, overload: 'off' }, log: { level: debug } }",
        'channels.yaml': CHANNELS,
        'outgoing.yaml': `outgoing: { rest: { Orders: { url: 'http://127.0.0.1:${port}', retry: 'off', circuitBreaker: 'off' } } }`,
      },
      services: [PlaceOrder, ForwardOrder, DropOrder],
    });
  });

  afterAll(async () => {
    await bus.stop();
    upstream.close();
  });

  const post = (path: string, body: unknown, headers: Readonly<Record<string, string>>) =>
    sendRequest(bus.url + path, createJsonRequest('POST', body, headers));
  const keyed = (key = randomUUID()) => ({ 'idempotency-key': `"${key}"` });

  it('is executed once, and its response replayed', async () => {
    const [id, headers] = [randomUUID(), keyed()];

    const first = await post('/orders', { id }, { ...headers, 'x-request-id': 'first' });
    const second = await post('/orders', { id }, { ...headers, 'x-request-id': 'second' });

    expect([first.status, second.status, runs.get(id)]).toEqual([201, 201, 1]);
    expect(second.text).toBe(first.text);
    expect(second.headers.get('location')).toBe(`/orders/${id}`);
    expect([first, second].map(({ headers: each }) => each.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect(second.headers.get('x-request-id')).toBe('second');
  });

  it('is executed once for many concurrent requests', async () => {
    const [id, headers] = [randomUUID(), keyed()];
    const release = holdServices();

    const first = Array.from({ length: 100 }, () => post('/orders', { id }, headers));
    const rejection = await Promise.any(first.map(async (each) => getRejection(await each)));
    release();
    const statuses = (await Promise.all(first)).map(({ status }) => status);

    expect(rejection).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_IN_PROGRESS' } });
    expect(rejection.headers.get('retry-after')).toBe('1');
    expect([runs.get(id), statuses.filter((status) => status === 201 || status === 409).length]).toEqual([1, 100]);
  });

  it.each([
    ['another body', '/orders', { id: 'other' }],
    ['another query', '/orders?how=', { id: 'same' }],
  ])('with %s is rejected', async (_what, path, body) => {
    const headers = keyed();
    await post('/orders', { id: 'same' }, headers);

    const response = await post(path, body, headers);

    expect(response).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  });

  it('is the same with its members in another order, and with the key without quotes', async () => {
    const [id, key] = [randomUUID(), randomUUID()];
    await post('/orders', `{"id":"${id}","how":""}`, keyed(key));

    const response = await post('/orders', `{ "how": "", "id": "${id}" }`, { 'idempotency-key': key });

    expect([response.headers.get('idempotency-replayed'), runs.get(id)]).toEqual(['true', 1]);
  });

  it('is the same with parameters after the key', async () => {
    const [id, key] = [randomUUID(), randomUUID()];
    await post('/orders', { id }, keyed(key));

    const response = await post('/orders', { id }, { 'idempotency-key': `"${key}";a=1` });

    expect([response.headers.get('idempotency-replayed'), runs.get(id)]).toEqual(['true', 1]);
  });

  it('is another request on another channel', async () => {
    const [id, headers] = [randomUUID(), keyed()];
    await post('/orders', { id }, headers);

    await post('/strict', { id }, headers);

    expect(runs.get(id)).toBe(2);
  });

  it('is an ordinary request on a channel without idempotency', async () => {
    const [id, headers] = [randomUUID(), keyed()];

    await post('/plain', { id }, headers);
    await post('/plain', { id }, headers);

    expect(runs.get(id)).toBe(2);
  });

  it('is the only one that a channel accepts if it requires keys', async () => {
    const response = await post('/strict', { id: 'x' }, {});

    expect(response).toMatchObject({ status: 400, body: { code: 'IDEMPOTENCY_KEY_REQUIRED' } });
  });

  it.each([
    ['an empty key', 'Idempotency-Key:'],
    ['an empty string', 'Idempotency-Key: ""'],
    ['half a string', 'Idempotency-Key: "abc'],
    ['half a parameter', 'Idempotency-Key: "abc";a='],
    ['two keys in a line', 'Idempotency-Key: "a", "b"'],
    ['two lines that would make one string', 'Idempotency-Key: "a\r\nIdempotency-Key: b"'],
    ['256 characters', `Idempotency-Key: ${'k'.repeat(256)}`],
    ['letters beyond ASCII', 'Idempotency-Key: "é"'],
  ])('is rejected with %s', async (_what, header) => {
    const head = `POST /orders HTTP/1.1\r\nHost: bus\r\nConnection: close\r\nContent-Type: application/json\r\n${header}`;

    const response = await sendRawBytes(bus.url, `${head}\r\nContent-Length: 10\r\n\r\n{"id":"x"}`);

    expect(response).toMatch(/^HTTP\/1\.1 400 [^]*"BAD_REQUEST"/);
  });

  it('may have a key of 255 characters, including spaces and escapes', async () => {
    const id = randomUUID();
    const headers = { 'idempotency-key': `"\\"a b\\\\${'k'.repeat(250)}"` };

    await post('/orders', { id }, headers);
    const response = await post('/orders', { id }, headers);

    expect(response.headers.get('idempotency-replayed')).toBe('true');
  });

  it.each(['conflict', 'bug'])('replays its failure: %s', async (how) => {
    const [id, headers] = [randomUUID(), keyed()];

    const first = await post('/orders', { id, how }, headers);
    const second = await post('/orders', { id, how }, headers);

    expect([second.status, second.text, runs.get(id)]).toEqual([first.status, first.text, 1]);
    expect(second.headers.get('content-type')).toBe('application/problem+json');
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  });

  it('can be repeated with its key when its input was invalid', async () => {
    const [id, headers] = [randomUUID(), keyed()];
    const rejected = await post('/orders', {}, headers);

    const response = await post('/orders', { id }, headers);

    expect([rejected.body['code'], response.status]).toEqual(['VALIDATION_FAILED', 201]);
  });

  it.each([{}, { caught: 'yes' }])('can be repeated with its key when nothing was sent upstream %j', async (how) => {
    const [id, headers] = [randomUUID(), keyed()];
    const elsewhere = await startBus({
      config: {
        'channels.yaml':
          'channels: { rest: { forward: { method: POST, path: /forward, service: order.forward, idempotency: required } } }',
        'outgoing.yaml': `outgoing: { rest: { Orders: { url: 'http://127.0.0.1:${await findFreePort()}', retry: 'off' } } }`,
      },
      services: [ForwardOrder],
    });

    for (let times = 0; times < 2; times += 1)
      await sendRequest(`${elsewhere.url}/forward`, createJsonRequest('POST', { id, ...how }, headers));

    expect(runs.get(id)).toBe(2);
    await elsewhere.stop();
  });

  it('is not executed again when something was sent upstream with an unknown result', async () => {
    const [id, headers] = [randomUUID(), { ...keyed(), 'x-request-id': 'break' }];
    const before = received;

    const first = await post('/forward', { id }, headers);
    const second = await post('/forward', { id }, headers);

    expect(first.body['code']).toBe('UPSTREAM_PROTOCOL_ERROR');
    expect([second.status, second.text, runs.get(id), received - before]).toEqual([502, first.text, 1, 1]);
  });

  it('replays bytes', async () => {
    const [id, headers] = [randomUUID(), keyed()];
    await post('/orders', { id, how: 'bytes' }, headers);

    const response = await fetch(`${bus.url}/orders`, createJsonRequest('POST', { id, how: 'bytes' }, headers));

    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from([0, 255, 10]));
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(runs.get(id)).toBe(1);
  });

  it.each([
    ['large', 1_100_002],
    ['stream', 2],
  ])('is not executed again when its response could not be stored: %s', async (how, length) => {
    const [id, headers] = [randomUUID(), keyed()];
    const first = await post('/orders', { id, how }, headers);

    const second = await post('/orders', { id, how }, headers);

    expect([first.status, first.text.length]).toEqual([201, length]);
    expect(second).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_ANSWER_NOT_KEPT', answered_with: 201 } });
    expect(runs.get(id)).toBe(1);
  });

  it('replays a response without a body', async () => {
    const [id, headers] = [randomUUID(), keyed()];
    const drop = () => sendRequest(`${bus.url}/orders/${id}`, { method: 'DELETE', headers });
    await drop();

    const response = await drop();

    expect([response.status, response.headers.get('idempotency-replayed'), runs.get(id)]).toEqual([204, 'true', 1]);
  });

  it('continues when its client disconnects, and replays the response when the client repeats it', async () => {
    const [id, headers] = [randomUUID(), keyed()];
    const release = holdServices();
    const client = new AbortController();
    const pending = sendRequest(`${bus.url}/orders`, {
      ...createJsonRequest('POST', { id }, headers),
      signal: client.signal,
    });
    while (!runs.has(id)) await turn();

    client.abort();
    await expect(pending).rejects.toThrow();
    await sendRequest(`${bus.url}/health/live`);
    release();

    let response = await post('/orders', { id }, headers);
    while (response.status === 409) response = await post('/orders', { id }, headers);
    expect([response.status, response.headers.get('idempotency-replayed'), runs.get(id)]).toEqual([201, 'true', 1]);
  });

  it('is awaited by a bus that shuts down, when its client has disconnected', async () => {
    const [id, headers] = [randomUUID(), keyed()];
    const ending = await startBus({
      config: {
        'channels.yaml':
          'channels: { rest: { place: { method: POST, path: /, service: order.place, idempotency: required } } }',
      },
      services: [PlaceOrder],
    });
    const release = holdServices();
    const client = new AbortController();
    const pending = sendRequest(ending.url, { ...createJsonRequest('POST', { id }, headers), signal: client.signal });
    while (!runs.has(id)) await turn();
    client.abort();
    await expect(pending).rejects.toThrow();

    const stopped = ending.stop();
    const waiting = await Promise.race([stopped.then(() => 'stopped'), sleep(300, 'waiting')]);
    release();

    expect([waiting, await stopped]).toEqual(['waiting', true]);
  });
});

describe('a channel with idempotency', () => {
  it('cannot be a GET', async () => {
    const channel =
      'channels: { rest: { get: { method: GET, path: /, service: order.place, idempotency: optional } } }';

    await expect(startBus({ config: { 'channels.yaml': channel }, services: [PlaceOrder] })).rejects.toMatchObject({
      problems: [expect.objectContaining({ message: expect.stringContaining('expected no `idempotency`') })],
    });
  });
});

function getRejection(response: HttpResponse): HttpResponse {
  if (response.status !== 409) throw new Error('it was not rejected');
  return response;
}

/** Holds services until they are released. */
function holdServices(): () => void {
  let release: () => void = () => undefined;
  hold = new Promise((resolve) => (release = resolve));
  return () => {
    hold = undefined;
    release();
  };
}

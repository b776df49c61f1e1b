import { IsInt, IsOptional, IsString } from 'class-validator';
import { BusService, Service } from 'trunkline';
import { z } from 'zod';
import { waitUntil } from '@trunkline/testing';
import { type RunningBus, startBus } from '../running-bus';
import { createJsonRequest, sendRequest } from '../send-request';

@BusService({
  name: 'strict',
  input: z.strictObject({
    sku: z.string(),
    quantity: z.int().optional(),
    lines: z.array(z.strictObject({ n: z.int() })).optional(),
  }),
})
class Strict extends Service {
  handle() {
    return this.request.input;
  }
}

@BusService({ name: 'names', input: ['sku', '-note'] })
class Names extends Service {
  handle() {
    return this.request.input;
  }
}

class Decorated {
  @IsString()
  sku = '';

  @IsOptional()
  @IsInt()
  quantity?: number;
}

@BusService({ name: 'decorated', input: Decorated })
class DecoratedService extends Service {
  handle() {
    return this.request.input;
  }
}

const inputs: unknown[] = [];

@BusService({ name: 'stored', input: z.strictObject({ sku: z.string() }) })
class Stored extends Service {
  handle() {
    inputs.push(this.request.input);
  }
}

const channels = `
channels:
  rest:
    strict: { method: POST, path: /strict, service: strict, unknown: drop }
    strict.query: { method: POST, path: '/query', service: strict, unknownQuery: drop }
    strict.get: { method: GET, path: '/get/{sku}', service: strict, unknownQuery: drop }
    refuse: { method: POST, path: /refuse, service: strict }
    names: { method: POST, path: /names, service: names, unknown: drop, accepts: [json, form] }
    decorated: { method: POST, path: /decorated, service: decorated, unknown: drop }
    stored: { method: POST, path: /stored, service: stored, unknown: drop, async: true }
`;

describe('Members that the declared input does not have', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({
      config: { 'channels.yaml': channels },
      services: [Strict, Names, DecoratedService, Stored],
    });
  });
  afterAll(() => running.stop());
  const post = async (path: string, body: unknown) => {
    const response = await sendRequest(`${running.url}${path}`, createJsonRequest('POST', body));
    return [response.status, response.body];
  };
  const pointersOf = (body: unknown) =>
    (body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer);

  it('are rejected by default', async () => {
    const [status, body] = await post('/refuse?utm_source=x', { sku: 'A', extra: 1 });

    expect([status, pointersOf(body)]).toEqual([400, ['#/extra', '#/utm_source']]);
  });

  it.each([
    ['/strict?utm_source=x&quantity=2', { sku: 'A', extra: 1 }, { sku: 'A', quantity: 2 }],
    [
      '/strict',
      { sku: 'A', 'a/b~c é': 1, lines: [{ n: 1 }, { n: 2, m: {} }] },
      { sku: 'A', lines: [{ n: 1 }, { n: 2 }] },
    ],
    ['/names', { sku: 'A', extra: { deep: 1 } }, { sku: 'A' }],
    ['/decorated?quantity=2&x=1', { sku: 'A', extra: 1 }, { sku: 'A', quantity: 2 }],
  ])('are removed by `unknown: drop`, nested ones too: %s', async (path, body, input) => {
    expect(await post(path, body)).toEqual([200, input]);
  });

  it('do not hide other problems', async () => {
    const [status, body] = await post('/strict', { sku: 1, extra: 1 });

    expect([status, pointersOf(body)]).toEqual([400, ['#/sku']]);
  });

  it('are removed from the query alone by `unknownQuery: drop`', async () => {
    const [status, body] = await post('/query?utm_source=x&extra=1', { sku: 'A', extra: 1 });

    expect(await post('/query?utm_source=x&_=1&_=2&quantity=3', { sku: 'A' })).toEqual([
      200,
      { sku: 'A', quantity: 3 },
    ]);
    expect((await sendRequest(`${running.url}/get/A?fbclid=1`)).body).toEqual({ sku: 'A' });
    expect([status, pointersOf(body)]).toEqual([400, ['#/extra']]);
  });

  it('are removed from a form', async () => {
    const { body } = await sendRequest(`${running.url}/names`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'sku=A&gclid=1',
    });

    expect(body).toEqual({ sku: 'A' });
  });

  it('are removed from the input of a job', async () => {
    const [status] = await post('/stored', { sku: 'A', extra: 1 });

    await waitUntil(() => inputs.length > 0);
    expect([status, inputs]).toEqual([202, [{ sku: 'A' }]]);
  });
});

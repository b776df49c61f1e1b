import { inspect } from 'node:util';
import { Transform } from 'class-transformer';
import { IsArray, IsBoolean, IsInt, IsOptional, IsString } from 'class-validator';
import { BusService, Service, ValidationFailedError } from 'trunkline';
import { z } from 'zod';
import { sendRequest, createJsonRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

class Page {
  @IsString()
  readonly id!: string;

  @IsOptional()
  @IsInt()
  readonly page?: number;

  @IsOptional()
  @IsString()
  readonly note?: string;
}

class Filter {
  @IsOptional()
  @Transform(({ value }: { readonly value: unknown }) => value === 'true')
  @IsBoolean()
  readonly active?: boolean;

  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  @Transform(({ value }: { readonly value: string }) => value.split(','))
  readonly include?: string[];

  @IsOptional()
  @IsInt({ each: true })
  readonly ids?: number[];

  @IsOptional()
  @IsInt()
  readonly id?: number;
}

const filter = z.object({
  active: z.boolean().optional(),
  include: z.array(z.string()).optional(),
  ids: z.array(z.number()).optional(),
  id: z.number().optional(),
});

@BusService({ name: 'filter.class', input: Filter })
class FilterByClass extends Service<Filter> {
  handle() {
    return this.request.input;
  }
}

@BusService({ name: 'filter.schema', input: filter })
class FilterBySchema extends Service<z.infer<typeof filter>> {
  handle() {
    return this.request.input;
  }
}

@BusService({ name: 'refuse' })
class Refuse extends Service<{ given: unknown }> {
  handle() {
    // JavaScript may call it so.
    throw Reflect.construct(ValidationFailedError, [this.request.input.given]);
  }
}

@BusService({ name: 'echo' })
class Echo extends Service {
  handle() {
    const { input, payload, http } = this.request;
    return {
      input,
      payload,
      method: http?.method,
      path: http?.path,
      params: http?.params,
      query: http?.query,
      agent: http?.headers['x-test'],
    };
  }
}

@BusService({ name: 'whole' })
class Whole extends Service {
  handle() {
    return { json: this.request.http, printed: inspect(this.request.http) };
  }
}

@BusService({ name: 'page', input: Page })
class ReadPage extends Service<Page> {
  handle() {
    return this.request.input;
  }
}

const channels = `
channels:
  rest:
    echo.get: { method: GET, path: '/echo/{id}', service: echo }
    echo.post: { method: POST, path: '/echo/{id}', service: echo }
    echo.plain: { method: POST, path: /echo, service: echo }
    whole: { method: GET, path: '/whole/{id}', service: whole }
    page.get: { method: GET, path: '/page/{id}', service: page }
    page.post: { method: POST, path: '/page/{id}', service: page }
    class: { method: GET, path: /class, service: filter.class }
    class.id: { method: GET, path: '/class/{id}', service: filter.class }
    schema: { method: GET, path: /schema, service: filter.schema }
    schema.id: { method: GET, path: '/schema/{id}', service: filter.schema }
    refuse: { method: POST, path: /refuse, service: refuse }
    short: { method: GET, path: /short, service: short }
`;

@BusService({ name: 'short', input: ['a', '-b'] })
class Short extends Service<{ a: string; b?: string }> {
  handle() {
    return this.request.input;
  }
}

describe('the input of a channel', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({
      config: { 'channels.yaml': channels },
      services: [Echo, Whole, ReadPage, Short, FilterByClass, FilterBySchema, Refuse],
    });
  });
  afterAll(() => running.stop());
  const at = (path: string, init?: RequestInit) => sendRequest(`${running.url}${path}`, init);

  it('is merged from path, query and body: the path takes precedence over the body, the body over the query', async () => {
    const { body } = await at(
      '/echo/from-path?id=query&a=query&b=query',
      createJsonRequest('POST', { id: 'body', b: 'body', c: 'body' }),
    );

    expect(body['input']).toEqual({ id: 'from-path', a: 'query', b: 'body', c: 'body' });
    expect(body['payload']).toEqual({ id: 'body', b: 'body', c: 'body' });
  });

  it('comes with the HTTP request', async () => {
    const { body } = await at('/echo/x%20y?q=1&q=2', { headers: { 'x-test': 'yes' } });

    expect(body).toMatchObject({
      method: 'GET',
      path: '/echo/x%20y',
      params: { id: 'x y' },
      query: { q: ['1', '2'] },
      agent: 'yes',
    });
  });

  it('comes with an HTTP request that prints all of its members', async () => {
    const { body } = await at('/whole/x?q=1', { headers: { 'x-test': 'yes' } });
    const whole = { method: 'GET', path: '/whole/x', params: { id: 'x' }, query: { q: '1' } };

    expect(body['json']).toMatchObject({ ...whole, headers: { 'x-test': 'yes' } });
    expect(body['printed']).toContain("path: '/whole/x'");
  });

  it('may be any JSON if the path and the query are empty', async () => {
    await expect(at('/echo', createJsonRequest('POST', [1, 2]))).resolves.toMatchObject({ body: { input: [1, 2] } });
    await expect(at('/echo', createJsonRequest('POST', 'null'))).resolves.toMatchObject({ body: { input: null } });
  });

  it('must be an object if they are not', async () => {
    await expect(at('/echo/1', createJsonRequest('POST', [1]))).resolves.toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED' },
    });
  });

  it('is empty without path, query and body', async () => {
    await expect(at('/echo', { method: 'POST' })).resolves.toMatchObject({ status: 200, body: { input: {} } });
  });

  it('has text of path and query converted if the service declares numbers', async () => {
    await expect(at('/page/7?page=3')).resolves.toMatchObject({ body: { id: '7', page: 3 } });
  });

  it.each([
    ['/class?active=true', { active: true }],
    ['/class?active=false', { active: false }],
    ['/class?include=a,b', { include: ['a', 'b'] }],
  ])('reaches @Transform as it was sent: %s', async (path, body) => {
    await expect(at(path)).resolves.toMatchObject({ status: 200, body });
  });

  it.each([
    ['/class?ids=1', { ids: [1] }],
    ['/class?ids=1&ids=2', { ids: [1, 2] }],
    ['/schema?ids=1', { ids: [1] }],
    ['/schema?ids=1&ids=2', { ids: [1, 2] }],
    ['/schema?include=a', { include: ['a'] }],
    ['/schema?include=1&active=true', { include: ['1'], active: true }],
  ])('has lists with converted items: %s', async (path, body) => {
    await expect(at(path)).resolves.toMatchObject({ status: 200, body });
  });

  it.each(['class', 'schema'])(
    'is rejected with a number that would lose digits, in path, query and lists: %s',
    async (kind) => {
      for (const id of ['9007199254740993', '12345678901234567890', '1e400']) {
        for (const path of [`/${kind}/${id}`, `/${kind}?id=${id}`, `/${kind}?ids=${id}`, `/${kind}?ids=1&ids=${id}`]) {
          await expect(at(path)).resolves.toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
        }
      }
      await expect(at(`/${kind}/9007199254740991`)).resolves.toMatchObject({ body: { id: 9_007_199_254_740_991 } });
    },
  );

  it.each([
    ['Not valid', [{ pointer: '#', detail: 'Not valid' }]],
    [['customer_id is required'], [{ pointer: '#', detail: 'customer_id is required' }]],
    [[{ field: 'items[0].sku', detail: 'is unknown' }], [{ pointer: '#/items/0/sku', detail: 'is unknown' }]],
  ])('can be rejected by the service, in its own words: %j', async (given, errors) => {
    await expect(at('/refuse', createJsonRequest('POST', { given }))).resolves.toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors },
    });
  });

  it('has the values of the body unchanged', async () => {
    const { status, body } = await at('/page/7?note=n', createJsonRequest('POST', { page: '3' }));

    expect(status).toBe(400);
    expect(body['errors']).toMatchObject([{ pointer: '#/page' }]);
  });

  it('lists unknown members with their pointers', async () => {
    const { body } = await at('/page/7?other=1');

    expect(body['errors']).toMatchObject([{ pointer: '#/other', field: 'other' }]);
  });

  it('of a service that declares names is validated by them', async () => {
    await expect(at('/short?a=1&b=2')).resolves.toMatchObject({ status: 200, body: { a: '1', b: '2' } });
    await expect(at('/short?b=2')).resolves.toMatchObject({ status: 400, body: { errors: [{ pointer: '#/a' }] } });
  });

  it('cannot change the prototype of objects', async () => {
    await expect(at('/echo/1?__proto__=x')).resolves.toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } });
    await expect(at('/echo', createJsonRequest('POST', '{"__proto__":{"a":1}}'))).resolves.toMatchObject({
      status: 400,
      body: { code: 'MALFORMED_BODY' },
    });
    await expect(
      at('/echo', createJsonRequest('POST', '{"a":{"constructor":{"prototype":{}}}}')),
    ).resolves.toMatchObject({
      status: 400,
    });
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

import { IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { BusService, Service } from 'trunkline';
import { z } from 'zod';
import { type RunningBus, startBus } from '../running-bus';
import { sendRequest } from '../send-request';

@BusService({ name: 'echo' })
class Echo extends Service {
  handle() {
    return { input: this.request.input, query: this.request.http?.query };
  }
}

@BusService({
  name: 'search',
  input: z.strictObject({
    tags: z.array(z.string()).optional(),
    ids: z.array(z.int()).optional(),
    filter: z
      .strictObject({ open: z.boolean(), page: z.strictObject({ size: z.int() }), of: z.array(z.int()) })
      .optional(),
  }),
})
class Search extends Service {
  handle() {
    return { input: this.request.input };
  }
}

class Page {
  @IsInt()
  size!: number;
}

class Filter {
  @IsString()
  text!: string;

  @ValidateNested()
  @Type(() => Page)
  page!: Page;
}

class Query {
  @IsOptional()
  @IsInt({ each: true })
  ids?: number[];

  @ValidateNested()
  @Type(() => Filter)
  filter!: Filter;
}

@BusService({ name: 'decorated', input: Query })
class Decorated extends Service<Query> {
  handle() {
    return { input: this.request.input };
  }
}

const channels = `
channels:
  rest:
    echo:
      method: GET
      path: /echo
      service: echo
      query: { c: comma, s: space, p: pipe, b: brackets, d: deep, r: repeated }
    search: { method: GET, path: /search, service: search, query: { tags: pipe, ids: comma, filter: deep } }
    plain: { method: GET, path: /plain, service: search, unknownQuery: drop }
    dropping: { method: GET, path: /dropping, service: search, unknownQuery: drop, query: { filter: deep } }
    posted: { method: POST, path: /posted, service: search, query: { ids: comma } }
    decorated: { method: GET, path: /decorated, service: decorated, query: { filter: deep, ids: brackets } }
`;

describe('The notations of a query', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({ config: { 'channels.yaml': channels }, services: [Echo, Search, Decorated] });
  });
  afterAll(() => running.stop());
  const get = async (path: string, init: RequestInit = {}) => {
    const { status, body } = await sendRequest(`${running.url}${path}`, init);
    return [status, body['input'] ?? body['detail'] ?? body['code']];
  };

  it.each([
    ['c=1,2', { c: ['1', '2'] }],
    ['c=1%2C2&c=3', { c: ['1', '2', '3'] }],
    ['c=1', { c: ['1'] }],
    ['c=', { c: [] }],
    ['c=1,,2', { c: ['1', '', '2'] }],
    ['s=1%202&x=a%20b', { s: ['1', '2'], x: 'a b' }],
    ['s=1+2', { s: ['1', '2'] }],
    ['p=1|2', { p: ['1', '2'] }],
    ['p=1%7C2', { p: ['1', '2'] }],
    ['b[]=1&b[]=2', { b: ['1', '2'] }],
    ['b%5B%5D=1', { b: ['1'] }],
    ['b[1]=2&b[0]=1&b[]=3', { b: ['1', '2', '3'] }],
    ['b=1', { b: '1' }],
    ['b=1&b[]=2', { b: ['1', '2'] }],
    ['d[a]=1&d[b][c]=2&d[b][d]=x%26y', { d: { a: '1', b: { c: '2', d: 'x&y' } } }],
    ['d[a][]=1', { d: { a: ['1'] } }],
    ['d[a]=1&d[a]=2', { d: { a: ['1', '2'] } }],
    ['d%5Ba%5D=1', { d: { a: '1' } }],
    ['r=1,2&r=3', { r: ['1,2', '3'] }],
    ['x[]=1&y=1,2', { 'x[]': '1', y: '1,2' }],
  ])('reads %s', async (query, input) => {
    expect(await get(`/echo?${query}`)).toEqual([200, input]);
  });

  it('leaves the query of the request as it was sent', async () => {
    const { body } = await sendRequest(`${running.url}/echo?c=1,2&d[a]=1`);

    expect(body['query']).toEqual({ c: '1,2', 'd[a]': '1' });
  });

  it.each([
    ['b[x]=1', 'the query needs b[]=… or b[0]=… for the list b'],
    ['d[a=1', 'the query needs d[name]=… for the members of d'],
    ['d[]=1', 'the query needs d[name]=… for the members of d'],
    ['d[a]x=1', 'the query needs d[name]=… for the members of d'],
    ['d=1&d[a]=1', 'the query has d both with and without brackets'],
    ['d[a]=1&d[a][b]=1', 'the query has a both as a value and as an object'],
    ['d[a][b]=1&d[a]=1', 'the query has a both as a value and as an object'],
    ['d[__proto__][x]=1', 'the query has a member __proto__ in d'],
    ['d[a][b][c][d][e][f]=1', 'the query nests d in more than 5 levels'],
    ['b[x]=1&d[]=1', 'the query needs b[]=… or b[0]=… for the list b; the query needs d[name]=… for the members of d'],
  ])('rejects %s', async (query, detail) => {
    expect(await get(`/echo?${query}`)).toEqual([400, detail]);
  });

  it.each([
    ['/search?tags=a|b&ids=1,2', { tags: ['a', 'b'], ids: [1, 2] }],
    ['/search?ids=', { ids: [] }],
    [
      '/search?filter[open]=true&filter[page][size]=10&filter[of]=1',
      { filter: { open: true, page: { size: 10 }, of: [1] } },
    ],
    [
      '/dropping?filter[open]=false&filter[page][size]=1&filter[of]=1&filter[of]=2&utm[x]=1',
      { filter: { open: false, page: { size: 1 }, of: [1, 2] } },
    ],
    [
      '/decorated?ids[]=1&filter[text]=5&filter[page][size]=10',
      { ids: [1], filter: { text: '5', page: { size: 10 } } },
    ],
  ])('converts what the declaration requires: %s', async (path, input) => {
    expect(await get(path)).toEqual([200, input]);
  });

  it('names the place of a value that it cannot convert', async () => {
    const { status, body } = await sendRequest(
      `${running.url}/search?filter[open]=true&filter[page][size]=ten&filter[of]=1&filter[of]=x`,
    );

    expect(status).toBe(400);
    expect((body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual([
      '#/filter/of/1',
      '#/filter/page/size',
    ]);
  });

  it('has them beside a body, too', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"tags":["x"]}' };

    expect(await get('/posted?ids=1,2', init)).toEqual([200, { tags: ['x'], ids: [1, 2] }]);
  });

  it('are in the OpenAPI document', async () => {
    const { body } = await sendRequest(`${running.url}/openapi.json`);
    const { paths } = body as { paths: Record<string, { get: { parameters: unknown } }> };

    expect(paths['/search']?.get.parameters).toMatchObject([
      { name: 'tags', in: 'query', style: 'pipeDelimited', explode: false },
      { name: 'ids', in: 'query', style: 'form', explode: false },
      { name: 'filter', in: 'query', style: 'deepObject', explode: true },
    ]);
    expect(paths['/decorated']?.get.parameters).toMatchObject([{ name: 'ids[]' }, { name: 'filter' }]);
  });

  it.each([
    ["path: '/x/{id}', query: { id: comma }", 'expected no `id`: it is a placeholder of the path'],
    ["path: /x, query: { 'a[]': comma }", 'expected a name without brackets'],
    ['path: /x, query: { a: csv }', 'comma'],
  ])('rejects the configuration %s', async (options, message) => {
    const broken = `channels: { rest: { x: { method: GET, service: echo, ${options} } } }`;
    const started = startBus({ config: { 'channels.yaml': broken }, services: [Echo] });

    await expect(started).rejects.toThrow(message);
  });
});

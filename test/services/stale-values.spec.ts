import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BusService, each, optional, required, RestAdapter, Service } from 'trunkline';
import { sendRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

const STALE = { staleIfError: '5m' } as const;

@BusService({ name: 'adapter.me' })
class GetMe extends RestAdapter<object, object> {
  readonly connection = 'Me';
  readonly method = 'GET';
  readonly path = '/me';
}

@BusService({ name: 'mine' })
class Mine extends Service {
  async handle() {
    return (await this.compose({ me: optional(GetMe, {}, STALE) })).data;
  }
}

@BusService({ name: 'whoami' })
class WhoAmI extends Service {
  handle() {
    if (isDown) throw new Error('no answer');
    return { caller: this.request.caller?.name, claims: this.request.caller?.claims };
  }
}

@BusService({ name: 'called' })
class Called extends Service {
  async handle() {
    return (await this.compose({ me: required(WhoAmI, {}, STALE) })).data;
  }
}

@BusService({ name: 'nested' })
class Nested extends Service {
  async handle() {
    const { data } = await this.compose({
      deep: required(Called, {}),
      list: each([1, 2], (item) => optional(WhoAmI, { item }, STALE)),
    });
    return { me: data.deep, list: data.list };
  }
}

@BusService({ name: 'shared' })
class Shared extends Service {
  async handle() {
    return (await this.compose({ me: optional(WhoAmI, {}, { ...STALE, staleKey: 'all' }) })).data;
  }
}

let isDown = false;

const CHANNELS = ['mine', 'called', 'nested', 'shared']
  .flatMap((name) => [
    `${name}: { method: GET, path: /${name}, service: ${name}, security: keys }`,
    `${name}.open: { method: GET, path: /open/${name}, service: ${name} }`,
  ])
  .join(', ');

describe('stale values', () => {
  let upstream: Server;
  let running: RunningBus;
  beforeAll(async () => {
    upstream = createServer((request, response) => {
      const { authorization, 'x-tenant': tenant } = request.headers;
      response.writeHead(isDown ? 500 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ authorization, tenant }));
    });
    await once(upstream.listen(0, '127.0.0.1'), 'listening');
    const { port } = upstream.address() as AddressInfo;
    running = await startBus({
      services: [GetMe, Mine, WhoAmI, Called, Nested, Shared],
      config: {
        'channels.yaml': `channels: { rest: { ${CHANNELS} } }`,
        'security.yaml':
          'security: { keys: { type: apiKey, header: X-API-Key, callers: [{ name: alice, key: alice-key }, { name: bob, key: bob-key }] } }',
        'outgoing.yaml': `outgoing:
  defaults: { retry: off, circuitBreaker: off }
  rest:
    Me:
      url: http://127.0.0.1:${port}
      forwardHeaders: [Authorization, X-Tenant]
`,
      },
    });
  });
  afterAll(async () => {
    upstream.close();
    await running.stop();
  });
  afterEach(() => {
    isDown = false;
  });
  const get = (path: string, headers: Readonly<Record<string, string>>) =>
    sendRequest(`${running.url}${path}`, { headers });

  it.each([['authorization'], ['x-tenant']])(
    'are not shared between requests whose forwarded header %s differs or is absent',
    async (name) => {
      const first = await get('/open/mine', { [name]: 'alice' });
      isDown = true;

      const same = await get('/open/mine', { [name]: 'alice' });
      const other = await get('/open/mine', { [name]: 'bob' });
      const none = await get('/open/mine', {});

      expect(same.body).toEqual(first.body);
      expect(same.headers.get('composite-status')).toMatch(/^me;stale/);
      expect(other.text).toBe('{}');
      expect(none.text).toBe('{}');
    },
  );

  it('are not shared between callers of a channel', async () => {
    await get('/called', { 'x-api-key': 'alice-key' });
    isDown = true;

    await expect(get('/called', { 'x-api-key': 'alice-key' })).resolves.toMatchObject({
      body: { me: { caller: 'alice' } },
    });
    await expect(get('/called', { 'x-api-key': 'bob-key' })).resolves.toMatchObject({ status: 500 });
    await expect(get('/open/called', {})).resolves.toMatchObject({ status: 500 });
  });

  it('are not shared between callers by nested composites and lists', async () => {
    const first = await get('/nested', { 'x-api-key': 'bob-key' });
    isDown = true;

    const same = await get('/nested', { 'x-api-key': 'bob-key' });

    expect(first.body).toMatchObject({ me: { me: { caller: 'bob' } }, list: [{ caller: 'bob' }, { caller: 'bob' }] });
    expect(same.body).toEqual(first.body);
    await expect(get('/nested', { 'x-api-key': 'alice-key', 'x-tenant': 'new' })).resolves.toMatchObject({
      status: 500,
    });
  });

  it('are shared when a branch has a staleKey', async () => {
    await get('/shared', { 'x-api-key': 'alice-key', 'x-tenant': 'acme' });
    isDown = true;

    await expect(get('/shared', { 'x-api-key': 'bob-key' })).resolves.toMatchObject({
      body: { me: { caller: 'alice' } },
    });
  });
});

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BusService, each, optional, required, RestAdapter, Service } from 'trunkline';
import { sendRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

@BusService({ name: 'adapter.news' })
class GetNews extends RestAdapter<object, readonly string[]> {
  readonly connection = 'News';
  readonly method = 'GET';
  readonly path = '/news';
}

@BusService({ name: 'adapter.nothing' })
class GetNothing extends RestAdapter<object, undefined> {
  readonly connection = 'News';
  readonly method = 'GET';
  readonly path = '/nothing';
}

@BusService({ name: 'page' })
class Page extends Service {
  async handle() {
    const { data } = await this.compose({
      news: optional(GetNews, {}, { fallback: [] }),
      nested: optional(Inner, {}),
      list: each([1, 2, 3], (id) => optional(GetNews, { id })),
      bug: optional(Bug, {}),
    });
    return data;
  }
}

@BusService({ name: 'inner' })
class Inner extends Service {
  async handle() {
    return (await this.compose({ weather: optional(GetNews, {}) })).data;
  }
}

@BusService({ name: 'bug' })
class Bug extends Service {
  handle(): never {
    throw new TypeError('x is not a function');
  }
}

@BusService({ name: 'emptied' })
class Emptied extends Service {
  async handle() {
    return (await this.compose({ nothing: required(GetNothing, {}) })).data;
  }
}

@BusService({ name: 'prices', input: ['-skus'] })
class Prices extends Service<{ skus?: string }> {
  async handle() {
    const skus = this.request.input.skus?.split(',') ?? [];
    const plan = { prices: each(skus, (sku) => required(Emptied, { sku }), { atLeast: 1 }) };
    return (await this.compose(plan)).data;
  }
}

describe('a composite', () => {
  let upstream: Server;
  let running: RunningBus;
  beforeAll(async () => {
    upstream = createServer((request, response) => {
      response.writeHead(request.url === '/nothing' ? 204 : 500).end();
    });
    await once(upstream.listen(0, '127.0.0.1'), 'listening');
    const { port } = upstream.address() as AddressInfo;
    const channels = ['page', 'emptied', 'prices'].map(
      (name) => `${name}: { method: GET, path: /${name}, service: ${name} }`,
    );
    running = await startBus({
      services: [GetNews, GetNothing, Page, Inner, Bug, Emptied, Prices],
      config: {
        'channels.yaml': `channels: { rest: { ${channels.join(', ')} } }`,
        'outgoing.yaml': `outgoing:
  defaults: { retry: off, circuitBreaker: off }
  rest:
    News:
      url: http://127.0.0.1:${port}
`,
      },
    });
  });
  afterAll(async () => {
    upstream.close();
    await running.stop();
  });

  it('logs one warning for each missing branch, and one for a list', async () => {
    const { status } = await sendRequest(`${running.url}/page`, { headers: { 'x-request-id': 'page-1' } });
    const lines = running.readLog().filter(({ msg }) => msg === 'a branch of a composite failed');

    expect(status).toBe(200);
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(line).toMatchObject({ level: 'warn', cid: 'page-1' });
    expect(lines.find(({ branch }) => branch === 'news')).toMatchObject({
      service: 'page',
      code: 'UPSTREAM_ERROR',
      kind: 'upstream.error',
      status: 502,
      connection: 'News',
      services: ['adapter.news'],
      'trunkline.composite': { outcome: 'fallback' },
    });
    expect(lines.find(({ branch }) => branch === 'weather')).toMatchObject({
      service: 'inner',
      code: 'UPSTREAM_ERROR',
    });
    expect(lines.find(({ branch }) => branch === 'list')).toMatchObject({
      code: 'UPSTREAM_ERROR',
      'trunkline.composite': { outcome: 'missing', failed: 3, of: 3 },
    });
  });

  it('logs the stack of a bug in a missing branch', async () => {
    await sendRequest(`${running.url}/page`);
    const line = running.readLog().find(({ branch }) => branch === 'bug');

    expect(line).toMatchObject({ level: 'warn', code: 'INTERNAL_ERROR', services: ['bug'] });
    expect(JSON.stringify(line?.['err'])).toContain('degraded-composites.spec');
  });

  it('logs no warning with strict handling: the failure is the response, and is logged as such', async () => {
    const before = running.readLog().length;

    const { status } = await sendRequest(`${running.url}/page`, { headers: { prefer: 'handling=strict' } });

    expect(status).toBe(500);
    expect(running.readLog().slice(before)).not.toContainEqual(
      expect.objectContaining({ branch: 'news', msg: 'a branch of a composite failed' }),
    );
  });

  it('has null for a branch whose upstream responds 204', async () => {
    const { status, headers, text } = await sendRequest(`${running.url}/emptied`);

    expect(status).toBe(200);
    expect(text).toBe('{"nothing":null}');
    expect(headers.get('composite-complete')).toBe('?1');
  });

  it('is rejected with 422 when an empty list needs one success', async () => {
    await expect(sendRequest(`${running.url}/prices`)).resolves.toMatchObject({
      status: 422,
      body: { code: 'UNPROCESSABLE', detail: 'prices has 0 items, and at least 1 must succeed' },
    });
    await expect(sendRequest(`${running.url}/prices?skus=a`)).resolves.toMatchObject({ status: 200 });
  });
});

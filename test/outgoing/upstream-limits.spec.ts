import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BusService, each, required, RestAdapter, Service } from 'trunkline';
import { sendRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

@BusService({ name: 'adapter.things' })
class GetThing extends RestAdapter<{ id: string }> {
  readonly connection = 'things';
  readonly method = 'GET';
  readonly path = '/{id}';
}

@BusService({ name: 'things.list' })
class ListThings extends Service {
  async handle() {
    const ids = Array.from({ length: 200 }, (_, id) => String(id));
    const { data } = await this.compose({ things: each(ids, (id) => required(GetThing, { id })) });
    return { count: data.things.length };
  }
}

/** The response of each upstream. */
const RESPONSES: Readonly<Record<string, (response: ServerResponse, request: IncomingMessage) => void>> = {
  things: (response) => void setTimeout(() => response.end('{}'), 5),
  throttling: (response) => response.writeHead(429, { 'retry-after': '60' }).end(),
  hub: (response) =>
    response.writeHead(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(inOneMinute()) }).end(),
  shop: (response, request) =>
    isFirst(request) ? response.writeHead(429, { 'retry-after': '1.0' }).end() : response.end('{"sold":true}'),
};

const CHANNELS = Object.keys(RESPONSES).map(
  (name) =>
    `    ${name}: { method: GET, path: /${name}, service: ${name === 'things' ? 'things.list' : `adapter.${name}`} }`,
);
let seen: string[] = [];

describe('the limits of an upstream', () => {
  let bus: RunningBus;
  let upstream: Server;

  beforeAll(async () => {
    upstream = createServer((request, response) => {
      const [, name = ''] = request.url?.split('/') ?? [];
      seen.push(name);
      response.setHeader('content-type', 'application/json');
      RESPONSES[name]?.(response, request);
    }).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const { port } = upstream.address() as AddressInfo;
    const connections = Object.keys(RESPONSES).map(
      (name) => `
    ${name}:
      url: http://127.0.0.1:${port}/${name}
      ping: { path: /health }
      services: { ${name === 'things' ? '' : `adapter.${name}: { method: GET, path: / }`} }`,
    );
    bus = await startBus({
      config: {
        'channels.yaml': `channels:\n  rest:\n${CHANNELS.join('\n')}`,
        'outgoing.yaml': `outgoing:\n  rest:${connections.join('')}`,
      },
      services: [ListThings, GetThing],
    });
  });
  beforeEach(() => (seen = []));

  afterAll(async () => {
    await bus.stop();
    upstream.close();
  });

  it('apply to all calls after its Retry-After: 503 at once, with the remaining time', async () => {
    const first = await sendRequest(`${bus.url}/throttling`);
    const second = await sendRequest(`${bus.url}/throttling`);

    expect([first, second].map(({ status, body }) => [status, body['code']])).toEqual([
      [503, 'UPSTREAM_RATE_LIMITED'],
      [503, 'UPSTREAM_RATE_LIMITED'],
    ]);
    expect(first.headers.get('retry-after')).toBe('60');
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(30);
    expect(seen).toEqual(['throttling']);
  });

  it('can be sent with a 403', async () => {
    const { status, headers, body } = await sendRequest(`${bus.url}/hub`);

    expect([status, body['code']]).toEqual([503, 'UPSTREAM_RATE_LIMITED']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(30);
  });

  it('delay a call whose time allows it', async () => {
    const { status, body } = await sendRequest(`${bus.url}/shop`);

    expect([status, body, seen]).toEqual([200, { sold: true }, ['shop', 'shop']]);
  });

  it('apply to health checks', async () => {
    await sendRequest(`${bus.url}/throttling`);
    seen = [];

    const { body } = await sendRequest(`${bus.url}/health/detail`);

    expect(body['connections']).toContainEqual({
      name: 'throttling',
      status: 'down',
      code: 'UPSTREAM_RATE_LIMITED',
    });
    expect(seen).not.toContain('throttling');
  });

  it('of the bus itself accept a list of any length', async () => {
    const { status, body } = await sendRequest(`${bus.url}/things`);

    expect([status, body]).toEqual([200, { count: 200 }]);
  });
});

const first = new Set<string>();

function isFirst({ url = '' }: IncomingMessage): boolean {
  if (first.has(url)) return false;
  first.add(url);
  return true;
}

/** Seconds since the Unix epoch. */
function inOneMinute(): number {
  return Math.ceil(Date.now() / 1_000) + 60;
}

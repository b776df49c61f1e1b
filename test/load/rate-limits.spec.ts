import { connect } from 'node:net';
import { type ArgumentsHost, Catch, type ExceptionFilter, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { BusService, Service } from 'trunkline';
import { waitUntil } from '@trunkline/testing';
import { type HttpResponse, sendRequest, sendUndocumentedRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';
import { describeWithServer } from '../servers/describe-with-server';
import { findFreePort } from '../servers/find-free-port';
import { RedisServer } from '../servers/redis-server';

@BusService({ name: 'thing.get' })
class GetThing extends Service {
  handle() {
    if (Object(this.request.input).fail === 'yes') throw this.error('NO_THING');
    return { name: 'thing' };
  }
}

const CHANNEL = 'method: GET, service: thing.get';

/** Starts a bus with channels that have limits. */
function startLimited(limits: Readonly<Record<string, string>>, bus = ''): Promise<RunningBus> {
  const channels = Object.entries(limits).map(
    ([name, limit]) => `    ${name}: { ${CHANNEL}, path: /${name}, rateLimit: ${limit} }`,
  );
  return startBus({
    services: [GetThing],
    config: {
      'test-bus.yaml': `bus: { http: { port: 0, overload: 'off', ${/trustProxy/.test(bus) ? bus : ''} }, ${/trustProxy/.test(bus) ? '' : bus} }`,
      'channels.yaml': ['channels:', '  rest:', ...channels].join('\n'),
    },
  });
}

async function passing(urls: readonly string[], times: number): Promise<number> {
  const responses = await Promise.all(
    Array.from({ length: times }, (_, index) => sendRequest(urls[index % urls.length] ?? '')),
  );
  const statuses = responses.map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200, 429]));
  return statuses.filter((status) => status === 200).length;
}

/** A list of structured fields: strings with parameters that are integers (RFC 9651 §4.2). */
function parsed(field: string | null): Record<string, Record<string, number>> {
  const members = (field ?? '').split(', ').map((member) => {
    const [, name = '', parameters = ''] =
      /^"([ -!#-[\]-~]*)"((?:;[a-z*][a-z0-9_.*-]*=-?\d{1,15})*)$/.exec(member) ?? [];
    expect(name).not.toBe('');
    const pairs = parameters
      .split(';')
      .slice(1)
      .map((pair) => pair.split('='));
    return [name, Object.fromEntries(pairs.map(([key = '', value]) => [key, Number(value)]))] as const;
  });
  return Object.fromEntries(members);
}

describe('a channel with limits', () => {
  let bus: RunningBus;

  beforeAll(async () => {
    bus = await startLimited({
      plain: '{ limit: 3, per: 1h, by: ip }',
      other: '{ limit: 3, per: 1h, by: ip }',
      several:
        '[{ limit: 100, per: 1m, by: caller, burst: 20 }, { limit: 2, per: 1h, by: ip }, { limit: 1000, per: 1d, by: channel }]',
      failing: '{ limit: 2, per: 1h }',
      crowded: '{ limit: 100, per: 1h, by: channel }',
      flat: '{ limit: 1, per: 1h }, errors: flat',
      parallel: '{ limit: 100, per: 1h }',
      mixed: '[{ limit: 2, per: 1m, by: ip }, { limit: 10, per: 1h, by: channel }]',
    });
  });

  afterAll(() => bus.stop());

  const get = (path: string, init?: RequestInit) => sendRequest(bus.url + path, init);

  it('accepts requests up to its limit, and responds to others with 429 and Retry-After', async () => {
    const responses: HttpResponse[] = [];
    for (let count = 0; count < 4; count += 1) responses.push(await get('/plain'));

    const rejected = responses.at(-1);
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(rejected?.body).toMatchObject({
      code: 'RATE_LIMIT_EXCEEDED',
      detail: 'at most 3 requests from one client address in 1h',
      'violated-policies': ['per-ip-1h'],
    });
    const waitS = Number(rejected?.headers.get('retry-after'));
    expect(waitS).toBeGreaterThan(1_190);
    expect(waitS).toBeLessThanOrEqual(1_200);
  });

  it('counts separately from other channels', async () => {
    expect((await get('/other')).status).toBe(200);
  });

  it('sends all its limits in structured fields, and the closest one in the usual headers', async () => {
    const { headers } = await get('/several');

    expect(parsed(headers.get('ratelimit-policy'))).toEqual({
      'per-caller-1m': { q: 100, w: 60 },
      'per-ip-1h': { q: 2, w: 3_600 },
      'per-channel-1d': { q: 1_000, w: 86_400 },
    });
    expect(parsed(headers.get('ratelimit'))).toEqual({
      'per-caller-1m': { r: 19, t: 1 },
      'per-ip-1h': { r: 1, t: 1_800 },
      'per-channel-1d': { r: 999, t: 87 },
    });
    expect(['limit', 'remaining', 'reset'].map((name) => headers.get(`x-ratelimit-${name}`))).toEqual([
      '2',
      '1',
      '1800',
    ]);
  });

  it('sends its limits with failures and rejections, too, and does not count rejected requests', async () => {
    const responses: HttpResponse[] = [];
    for (let count = 0; count < 4; count += 1) responses.push(await get('/failing?fail=yes'));

    expect(responses.map(({ status }) => status)).toEqual([500, 500, 429, 429]);
    const left = responses.map(({ headers }) => parsed(headers.get('ratelimit'))['per-caller-1h']);
    expect(left.map((quota) => quota?.['r'])).toEqual([1, 0, 0, 0]);
    expect(left[3]?.['t']).toBeLessThanOrEqual(1_800);
  });

  it('sends the time at which each limit refills, none of them after Retry-After', async () => {
    const responses: HttpResponse[] = [];
    for (let count = 0; count < 3; count += 1) responses.push(await get('/mixed'));

    const [first, second, rejected] = responses.map(({ headers }) => parsed(headers.get('ratelimit')));
    const retryAfter = Number(responses[2]?.headers.get('retry-after'));
    expect(first?.['per-ip-1m']).toEqual({ r: 1, t: 30 });
    expect(second?.['per-ip-1m']?.['t']).toBeLessThanOrEqual(30);
    expect(rejected?.['per-ip-1m']).toEqual({ r: 0, t: retryAfter });
    expect(rejected?.['per-channel-1h']).toEqual({ r: 8 });
    expect(responses[2]?.headers.get('x-ratelimit-reset')).toBe(String(retryAfter));
  });

  it('counts requests that it responds to with 406', async () => {
    const { status, headers } = await get('/crowded', { headers: { accept: 'text/html' } });

    expect(status).toBe(406);
    expect(headers.get('x-ratelimit-remaining')).toBe('99');
  });

  it('sends the seconds in the flat error format', async () => {
    await get('/flat');
    const { body } = await get('/flat');

    expect(body).toMatchObject({ error: 'rate_limit_exceeded', 'violated-policies': ['per-caller-1h'] });
    expect(body['retry_after']).toBeGreaterThan(3_500);
  });

  it('accepts exactly the limit of many simultaneous requests', async () => {
    expect(await passing([`${bus.url}/parallel`], 200)).toBe(100);
  });
});

it('counts callers by name after authentication, and does not count requests that are rejected with 401', async () => {
  const bus = await startBus({
    services: [GetThing],
    config: {
      'channels.yaml': `channels: { rest: { a: { ${CHANNEL}, path: /a, security: [keys], rateLimit: { limit: 2, per: 1h } } } }`,
      'security.yaml': `security:
  keys: { type: apiKey, header: X-API-Key, callers: [{ name: acme, key: first }, { name: acme-too, key: second }] }`,
    },
  });
  const responses: HttpResponse[] = [];
  for (const key of ['first', 'wrong', 'wrong', 'first', 'first', 'second'])
    responses.push(await sendRequest(`${bus.url}/a`, { headers: { 'x-api-key': key } }));

  expect(responses.map(({ status, headers }) => [status, headers.get('x-ratelimit-remaining')])).toEqual([
    [200, '1'],
    [401, null],
    [401, null],
    [200, '0'],
    [429, '0'],
    [200, '1'],
  ]);
  await bus.stop();
});

it('sends its limits also with responses of exception filters of the application', async () => {
  @Catch()
  class CustomResponse implements ExceptionFilter {
    catch(_exception: unknown, host: ArgumentsHost): void {
      host.switchToHttp().getResponse<FastifyReply>().code(418).send({ teapot: true });
    }
  }
  @Module({ providers: [{ provide: APP_FILTER, useClass: CustomResponse }] })
  class CustomResponses {}
  const bus = await startBus({
    services: [GetThing],
    modules: [CustomResponses],
    config: {
      'channels.yaml': `channels: { rest: { a: { ${CHANNEL}, path: /a, rateLimit: { limit: 5, per: 1h } } } }`,
    },
  });

  const { status, headers } = await sendUndocumentedRequest(`${bus.url}/a?fail=yes`);

  expect([status, headers.get('x-ratelimit-remaining')]).toEqual([418, '4']);
  await bus.stop();
});

describe('the limits of the bus', () => {
  it('apply to channels without their own', async () => {
    const bus = await startBus({
      services: [GetThing],
      config: {
        'test-bus.yaml': 'bus: { http: { port: 0 }, rateLimit: { limit: 5, per: 1m } }',
        'channels.yaml': `channels: { rest: { a: { ${CHANNEL}, path: /a }, b: { ${CHANNEL}, path: /b, rateLimit: off } } }`,
      },
    });

    const [limited, open] = await Promise.all([sendRequest(`${bus.url}/a`), sendRequest(`${bus.url}/b`)]);

    expect(limited.headers.get('ratelimit-policy')).toBe('"per-caller-1m";q=5;w=60');
    expect(open.headers.get('ratelimit-policy')).toBeNull();
    await bus.stop();
  });

  it.each([
    ['{ limit: 0, per: 1m }', 'from 1 to 1000000'],
    ['{ limit: 5, per: 1500ms }', 'whole seconds'],
    ['{ limit: 5, per: 10ms }', 'at least 1s'],
    ['{ limit: 5, per: 1m, by: user }', 'caller'],
    ['[{ limit: 5, per: 1m }, { limit: 9, per: 60s }]', 'differ'],
    ['[]', 'not empty'],
  ])('cannot be %s', async (limit, words) => {
    await expect(startLimited({ limited: limit })).rejects.toThrow(words);
  });
});

describe('the address of a client', () => {
  const LIMIT = { limited: '{ limit: 1, per: 1h, by: ip }' };

  async function statuses(trustProxy: string, chains: readonly string[]): Promise<number[]> {
    const bus = await startLimited(LIMIT, `trustProxy: ${trustProxy}`);
    const found: number[] = [];
    for (const chain of chains)
      found.push((await sendRequest(`${bus.url}/limited`, { headers: { 'x-forwarded-for': chain } })).status);
    await bus.stop();
    return found;
  }

  it.each([
    ['is that of the socket where no proxy is trusted', 'false', ['203.0.113.1', '203.0.113.2'], [200, 429]],
    [
      'is the peer of the only trusted proxy, whatever the client claims',
      '1',
      ['198.51.100.1, 203.0.113.1', '198.51.100.2, 203.0.113.1', '203.0.113.2'],
      [200, 429, 200],
    ],
    [
      'is the peer of the first of two trusted proxies',
      '2',
      ['9.9.9.9, 203.0.113.1, 10.0.0.1', '8.8.8.8, 203.0.113.1, 10.0.0.2'],
      [200, 429],
    ],
    [
      'is the last address outside of the trusted networks',
      '[127.0.0.0/8, 10.0.0.0/8]',
      ['9.9.9.9, 203.0.113.1, 10.0.0.1', '8.8.8.8, 203.0.113.1'],
      [200, 429],
    ],
    ['is not taken from somebody who is no trusted proxy', '[10.0.0.0/8]', ['203.0.113.1', '203.0.113.2'], [200, 429]],
    [
      'is the one that the client claims when all addresses are trusted',
      'true',
      ['203.0.113.1', '203.0.113.2', '203.0.113.1'],
      [200, 200, 429],
    ],
    ['is one for all of a /64', '1', ['2001:db8::1', '2001:db8::ffff:2', '2001:db8:0:1::1'], [200, 429, 200]],
  ])('%s', async (_rule, trustProxy, chains, expected) => {
    expect(await statuses(trustProxy, chains)).toEqual(expected);
  });

  it.each(['0', '[]', '[10.0.0.0/33]', '[proxy.example.com]', 'yes'])(
    'cannot be determined with trustProxy %s',
    async (trustProxy) => {
      await expect(startLimited(LIMIT, `trustProxy: ${trustProxy}`)).rejects.toThrow('trustProxy');
    },
  );
});

describeWithServer('redis', 'limits on Redis', () => {
  const LIMITS = { limited: '{ limit: 100, per: 1h, by: channel }' };
  let redis: RedisServer;
  const buses: RunningBus[] = [];

  async function start(url = redis.url): Promise<RunningBus> {
    const bus = await startLimited(LIMITS, `stores: { redis: '${url}' }, log: { level: debug }`);
    buses.push(bus);
    return bus;
  }

  beforeEach(async () => {
    redis = await RedisServer.start();
  });

  afterEach(async () => {
    await Promise.all(buses.splice(0).map((bus) => bus.stop()));
    await redis.stop();
  });

  it('are shared by two buses, which together accept exactly the limit', async () => {
    const urls = (await Promise.all([start(), start()])).map(({ url }) => `${url}/limited`);

    expect(await passing(urls, 200)).toBe(100);
  });

  it('accept requests while Redis is unavailable, log that once, and apply again afterwards', async () => {
    const bus = await start();
    expect((await sendRequest(`${bus.url}/limited`)).headers.get('x-ratelimit-remaining')).toBe('99');

    await redis.kill();
    const responses = await Promise.all(Array.from({ length: 200 }, () => sendRequest(`${bus.url}/limited`)));
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
    expect(responses.at(-1)?.headers.get('ratelimit-policy')).toBe('"per-channel-1h";q=100;w=3600');

    await redis.restart();
    await waitUntil(async () => (await sendRequest(`${bus.url}/limited`)).headers.has('ratelimit'));
    const outageLines = bus.readLog().filter(({ msg }) => /rate limits/.test(String(msg)));
    expect(outageLines.map(({ level, msg }) => [level, msg])).toEqual([
      ['warn', 'rate limits are not applied: their store is unavailable, and requests pass'],
      ['info', 'rate limits are applied again'],
    ]);
  });

  it('delay no request until Redis responds again when it hangs', async () => {
    const bus = await start();
    await sendRequest(`${bus.url}/limited`);
    redis.suspend();

    const first = await Promise.all(Array.from({ length: 20 }, () => sendRequest(`${bus.url}/limited`)));
    const later: HttpResponse[] = [];
    for (let count = 0; count < 10; count += 1) later.push(await sendRequest(`${bus.url}/limited`));
    redis.resume();

    expect(new Set([...first, ...later].map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('do not block start and shutdown when Redis is unavailable', async () => {
    const bus = await start(`redis://user:a-password@127.0.0.1:${await findFreePort()}/1`);

    expect((await sendRequest(`${bus.url}/limited`)).status).toBe(200);
    expect(JSON.stringify(bus.readLog())).not.toContain('a-password');
  });

  it('need a Redis URL', async () => {
    await expect(start('http://user:a-password@127.0.0.1')).rejects.toThrow(
      'expected a URL that begins with redis:// or rediss://',
    );
  });
});

it('a channel with limits responds to every request of a connection, including rejected ones', async () => {
  const bus = await startLimited({ limited: '{ limit: 1, per: 1h }' });
  const { hostname, port } = new URL(bus.url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));

  socket.write('GET /limited HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3));
  await waitUntil(() => text.split('HTTP/1.1 ').length >= 4);

  expect(
    text
      .split('HTTP/1.1 ')
      .slice(1)
      .map((response) => response.slice(0, 3)),
  ).toEqual(['200', '429', '429']);
  socket.destroy();
  await bus.stop();
});

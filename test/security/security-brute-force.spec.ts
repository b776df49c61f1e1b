import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Module,
  UseGuards,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Authenticator, SecurityDefinitions } from 'trunkline';
import { createJobsDirectory } from '../jobs/jobs-directory';
import { sendRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';
import { getRunCount, EchoCaller } from './caller-services';
import { createClaims, createToken } from './token';
import { describeWithServer } from '../servers/describe-with-server';
import { RedisServer } from '../servers/redis-server';

type Headers = Readonly<Record<string, string>>;

const SECRET = 'a secret of thirty-two bytes or more';
const CONFIG = `
security:
  keys: { type: apiKey, header: X-API-Key, callers: [{ name: acme, key: acme-key-1 }] }
  other-keys: { type: apiKey, header: X-API-Key, callers: [{ name: globex, key: globex-key-1 }] }
  people:
    type: basic
    callers: [{ name: ann, username: ann, password: ann-1 }, { name: bob, username: bob, password: bob-1 }]
  staff: { type: jwt, algorithms: [HS256], secret: ${SECRET}, issuer: 'https://id.example.com', audience: bus }
channels:
  rest:
    keyed: { method: GET, path: /keyed, service: who, security: keys }
    basic: { method: GET, path: /basic, service: who, security: people }
    either: { method: GET, path: /either, service: who, security: [people, keys] }
    staff: { method: GET, path: /staff, service: who, security: staff, scopes: [orders] }
    open: { method: GET, path: /open, service: who }
`;
const ASYNC_CHANNELS = `
channels:
  rest:
    later: { method: POST, path: /later, service: who, security: keys, async: true }
    later.people: { method: POST, path: /later-people, service: who, security: people, async: true }
    later.others: { method: POST, path: /later-others, service: who, security: other-keys, async: true }
`;

@Injectable()
class PartnersOnly implements CanActivate {
  readonly #gate: Authenticator;

  constructor(definitions: SecurityDefinitions) {
    this.#gate = definitions.getAuthenticator({ security: ['keys'], scopes: [] });
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    await this.#gate.authenticate(context.switchToHttp().getRequest<FastifyRequest>().raw);
    return true;
  }
}

@Controller('guarded')
class Guarded {
  @Get()
  @UseGuards(PartnersOnly)
  list() {
    return {};
  }
}

@Module({ controllers: [Guarded] })
class GuardedModule {}

const pair = (text: string): Headers => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
const WRONG = { 'x-api-key': 'guess' };
const GOOD = { 'x-api-key': 'acme-key-1' };

const start = (bus: string, moreConfig: Readonly<Record<string, string>> = {}) =>
  startBus({
    services: [EchoCaller],
    modules: [GuardedModule],
    config: {
      'test-bus.yaml': `bus: { log: { level: debug }, ${bus} }`,
      'test.yaml': CONFIG,
      ...moreConfig,
    },
  });

describe('wrong credentials', () => {
  let running: RunningBus;
  let clients = 0;
  let client: Headers;
  beforeAll(async () => {
    const jobs = `jobs: { directory: '${await createJobsDirectory()}' }`;
    running = await start(`http: { port: 0, trustProxy: true }, authFailures: { limit: 3, per: 1h }, ${jobs}`, {
      'async-channels.yaml': ASYNC_CHANNELS,
    });
  });
  afterAll(() => running.stop());
  beforeEach(() => {
    clients += 1;
    client = { 'x-forwarded-for': `203.0.113.${clients}` };
  });

  const get = (path: string, headers: Headers = {}, from = client) =>
    sendRequest(`${running.url}${path}`, { headers: { ...from, ...headers } });
  const statuses = async (path: string, each: readonly Headers[]) => {
    const found: number[] = [];
    for (const headers of each) found.push((await get(path, headers)).status);
    return found;
  };
  const exhaust = () => statuses('/keyed', [WRONG, WRONG, WRONG]);

  it('are 401 up to the limit, then 429 with Retry-After, and no service runs', async () => {
    const before = getRunCount();

    expect(await exhaust()).toEqual([401, 401, 401]);
    const { status, body, headers } = await get('/keyed', WRONG);

    expect([status, body['code']]).toEqual([429, 'RATE_LIMIT_EXCEEDED']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(1_100);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(1_200);
    expect(getRunCount()).toBe(before);
  });

  it('are counted across channels and definitions', async () => {
    await statuses('/basic', [pair('ann:x'), pair('eve:x')]);
    await statuses('/staff', [{ authorization: 'Bearer guess' }]);

    expect(await statuses('/keyed', [WRONG])).toEqual([429]);
  });

  it('are counted per client address', async () => {
    await exhaust();

    expect((await get('/keyed', WRONG, { 'x-forwarded-for': '198.51.100.7' })).status).toBe(401);
  });

  it('do not block valid keys and tokens from the same address', async () => {
    await exhaust();

    expect(await statuses('/keyed', [GOOD, GOOD])).toEqual([200, 200]);
    expect((await get('/open')).status).toBe(200);
    const authorization = `Bearer ${createToken({ alg: 'HS256' }, createClaims({ scope: 'orders' }), SECRET)}`;
    expect((await get('/staff', { authorization })).status).toBe(200);
  });

  it('block the right password, too: it is no longer verified', async () => {
    await exhaust();

    expect(await statuses('/basic', [pair('ann:ann-1'), pair('ann:x'), pair('eve:x')])).toEqual([429, 429, 429]);
  });

  it('do not block users who have authenticated from the address before', async () => {
    await get('/basic', pair('ann:ann-1'));
    await exhaust();

    expect(await statuses('/basic', [pair('ann:ann-1'), pair('bob:bob-1'), pair('ann:ann-1')])).toEqual([
      200, 429, 200,
    ]);
  });

  it('block such a user once they are for that user', async () => {
    await get('/basic', pair('ann:ann-1'));
    await exhaust();

    expect(await statuses('/basic', [pair('ann:guess'), pair('ann:ann-1')])).toEqual([429, 429]);
  });

  it('do not count when another definition authenticates the caller', async () => {
    const both = { ...pair('ann:x'), ...GOOD };

    expect(await statuses('/either', [both, both, both, both])).toEqual([200, 200, 200, 200]);
    expect(await statuses('/keyed', [WRONG])).toEqual([401]);
  });

  it.each<[what: string, path: string, headers: Headers, status: number]>([
    ['no credentials', '/keyed', {}, 401],
    ['a header that cannot be read', '/basic', { authorization: 'Basic ???' }, 401],
    [
      'a token that has expired',
      '/staff',
      { authorization: `Bearer ${createToken({ alg: 'HS256' }, createClaims({ exp: 1 }), SECRET)}` },
      401,
    ],
    [
      'a caller that lacks a scope',
      '/staff',
      { authorization: `Bearer ${createToken({ alg: 'HS256' }, createClaims(), SECRET)}` },
      403,
    ],
  ])('do not include %s', async (_what, path, headers, status) => {
    expect(await statuses(path, Array<Headers>(5).fill(headers))).toEqual(Array(5).fill(status));
  });

  it('count once for the status of a job, whether the job exists or not', async () => {
    const { headers } = await sendRequest(`${running.url}/later`, { method: 'POST', headers: { ...client, ...GOOD } });
    const location = headers.get('location') ?? '';

    expect(await statuses(location, [GOOD, { 'x-api-key': 'globex-key-1' }])).toEqual([200, 404]);
    expect(await statuses(location, [WRONG, WRONG])).toEqual([404, 404]);
    expect(await statuses('/jobs/none', [WRONG, WRONG])).toEqual([404, 429]);
    expect(await statuses(location, [WRONG, GOOD])).toEqual([429, 200]);
  });

  it('are counted in guards of controllers, by the address of the connection', async () => {
    const guarded = await statuses('/guarded', [WRONG, WRONG, WRONG, WRONG, GOOD]);

    expect(guarded).toEqual([401, 401, 401, 429, 200]);
  });
});

describe('the limit of wrong credentials', () => {
  const firstStatuses = async (running: RunningBus, times: number, headers: (index: number) => Headers) => {
    const found: number[] = [];
    for (let index = 0; index < times; index += 1)
      found.push((await sendRequest(`${running.url}/keyed`, { headers: headers(index) })).status);
    return found;
  };

  it('is 30 per minute by default', async () => {
    const running = await start('http: { port: 0 }');
    expect(running.bus.config.bus.authFailures).toEqual({ limit: 30, per: 60_000 });
    await running.stop();
  });

  it('can be switched off', async () => {
    const running = await start('http: { port: 0 }, authFailures: off');
    const found = await firstStatuses(running, 40, () => WRONG);
    await running.stop();

    expect(new Set(found)).toEqual(new Set([401]));
  });

  it('ignores addresses that clients claim', async () => {
    const running = await start('http: { port: 0 }, authFailures: { limit: 2, per: 1h }');
    const found = await firstStatuses(running, 4, (index) => ({ ...WRONG, 'x-forwarded-for': `203.0.113.${index}` }));
    await running.stop();

    expect(found).toEqual([401, 401, 429, 429]);
  });
});

describeWithServer('redis', 'the limit of wrong credentials on Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.stop());

  it('applies across all hosts, and per host while Redis is unavailable', async () => {
    const bus = `http: { port: 0 }, stores: { redis: '${redis.url}' }, authFailures: { limit: 3, per: 1h }`;
    const hosts = await Promise.all([start(bus), start(bus), start(bus)]);
    const wrong = async (host: number) => (await sendRequest(`${hosts[host]?.url}/keyed`, { headers: WRONG })).status;

    const overBoth = [await wrong(0), await wrong(1), await wrong(0), await wrong(1)];
    await redis.kill();
    const alone = [await wrong(2), await wrong(2), await wrong(2), await wrong(2)];
    await Promise.all(hosts.map((host) => host.stop()));

    expect(overBoth).toEqual([401, 401, 401, 429]);
    expect(alone).toEqual([401, 401, 401, 429]);
  });
});

import { Redis } from 'ioredis';
import { describeWithServer } from '../servers/describe-with-server';
import { startRedisCluster } from '../servers/redis-cluster';
import { RedisSentinel } from '../servers/redis-sentinel';
import { PostgresServer } from '../servers/postgres-server';
import { RedisServer } from '../servers/redis-server';
import { startBus } from '../running-bus';
import { createProject, runTrunkline } from '../process/trunkline-process';

/** The keys that hold the URL of a store. */
const KEYS = ['jobs.backend', 'stores.redis', 'stores.postgres'] as const;
type StoreKey = (typeof KEYS)[number];

const startOn = (key: StoreKey, url: string) => {
  const [section, name] = key.split('.');
  return startBus({ config: { 'store.yaml': `bus:\n  ${section}:\n    ${name}: ${JSON.stringify(url)}\n` } });
};

/** Expects a start to fail with the reason, the place of the URL and exit code 78. */
async function expectRejection(key: StoreKey, url: string, reason: string): Promise<void> {
  await expect(startOn(key, url)).rejects.toMatchObject({
    name: 'ConfigurationError',
    exitCode: 78,
    message: expect.stringMatching(
      new RegExp(String.raw`^config/store\.yaml:3:\d+  bus\.${key.replace('.', String.raw`\.`)}  .*${reason}`),
    ),
  });
}

/** Expects the command to print the problem and no log line. */
async function expectOnlyTheProblem(key: StoreKey, url: string): Promise<void> {
  const [section, name] = key.split('.');
  const project = createProject({ 'config/store.yaml': `bus:\n  ${section}:\n    ${name}: ${JSON.stringify(url)}\n` });

  const { code, stdout, stderr } = await runTrunkline(project, ['start']);

  expect([code, stdout]).toEqual([78, '']);
  expect(stderr).toMatch(/^config\/store\.yaml:3:\d+ {2}bus\..*\n1 problem in the configuration\n$/);
}

describe('the URL of a store is rejected with its position', () => {
  it.each([
    [
      'jobs.backend',
      'postgres://h/d?sslmod=require',
      'unknown parameter `sslmod` in the URL: .*did you mean `sslmode`',
    ],
    ['jobs.backend', 'postgres://h/d?connect_timeout=3', 'unknown parameter `connect_timeout`'],
    ['jobs.backend', 'postgres://h/d?sslmode=on', 'unknown sslmode `on`'],
    ['jobs.backend', 'postgres://h/d?sslrootcert=/no/ca.pem', 'sslrootcert.*/no/ca.pem cannot be read .ENOENT'],
    ['jobs.backend', 'postgres://a,b/d', 'several hosts'],
    ['jobs.backend', 'redis://h/0?family=6', 'unknown parameter `family`'],
    ['jobs.backend', 'redis-cluster://h:7000/3', 'a Redis cluster has only database 0'],
    ['jobs.backend', 'redis://h/jobs', 'expected the URL of a Redis in one of these forms'],
    ['stores.postgres', 'postgres://h/d?sslrootcert=/no/ca.pem', '/no/ca.pem cannot be read'],
    ['stores.postgres', 'postgres://h/d?max=3', 'unknown parameter `max`'],
    ['stores.redis', 'redis://h/0?connectTimeout=3', 'unknown parameter `connectTimeout`'],
    ['stores.redis', 'redis://h/cache', 'expected the URL of a Redis in one of these forms'],
  ] as const)('when bus.%s is %s', (key, url, reason) => expectRejection(key, url, reason));

  it.each(KEYS)('without showing it: bus.%s', async (key) => {
    const refusal = await startOn(key, 'mysql://me:hunter2@h/d').catch((error: unknown) => String(error));

    expect(refusal).toMatch(/^ConfigurationError: .*got a string that is not shown/);
    expect(refusal).not.toContain('hunter2');
  });
});

describeWithServer('redis', 'a Redis is rejected with the position of its URL', () => {
  let server: RedisServer;
  let sentinel: RedisSentinel;
  let nodes: readonly RedisServer[];
  beforeAll(async () => {
    server = await RedisServer.start();
    sentinel = await RedisSentinel.start(server.port);
    nodes = await startRedisCluster(2);
  });
  afterAll(() => Promise.all([server, sentinel, ...nodes].map((each) => each.stop())));

  it.each(['jobs.backend', 'stores.redis'] as const)('when it has no such database: bus.%s', (key) =>
    expectRejection(key, `${server.url}/99`, 'database'),
  );

  it('when it is not a cluster, but its URL says so', () =>
    expectRejection('jobs.backend', `redis-cluster://127.0.0.1:${server.port}`, 'it is not a cluster: .*redis://'));

  it('when it is not a Sentinel, but its URL says so', () =>
    expectRejection(
      'jobs.backend',
      `redis-sentinel://127.0.0.1:${server.port}/jobs`,
      'it is not a Sentinel: .*redis://',
    ));

  it('when it is a Sentinel, but its URL does not say so', () =>
    expectRejection('jobs.backend', `redis://127.0.0.1:${sentinel.port}`, 'if it is a Sentinel, .*redis-sentinel://'));

  it.each([
    ['jobs.backend', () => `${server.url}/99`],
    ['jobs.backend', () => `redis-cluster://127.0.0.1:${server.port}`],
    ['jobs.backend', () => `redis-sentinel://127.0.0.1:${server.port}/jobs`],
    ['stores.redis', () => `${server.url}/99`],
  ] as const)('without a log line: bus.%s, %s', (key, createUrl) => expectOnlyTheProblem(key, createUrl()));

  it('when it belongs to a cluster, but its URL does not say so', async () => {
    // The first of two has the lower half of the slots.
    const [first, second] = nodes;
    const isInFirst = (await slotOfJobs(first)) < 8_192;
    const other = isInFirst ? second : first;

    await expectRejection('jobs.backend', other?.url ?? '', 'it belongs to a cluster: .*redis-cluster://');
    await expectRejection('stores.redis', other?.url ?? '', 'it belongs to a cluster; expected a single server');
  });
});

async function slotOfJobs(server: RedisServer | undefined): Promise<number> {
  const client = new Redis(server?.url ?? '');
  const slot = Number(await client.call('CLUSTER', 'KEYSLOT', '{trunkline}:any'));
  client.disconnect();
  return slot;
}

describeWithServer('postgres', 'a PostgreSQL is rejected with the position of its URL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.stop());

  it('without a log line when it has no such database', () =>
    expectOnlyTheProblem('jobs.backend', `${server.url}-not`));
});

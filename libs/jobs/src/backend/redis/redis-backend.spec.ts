import { Redis } from 'ioredis';
import { describeWithServer } from '../../../../../test/servers/describe-with-server';
import { RedisServer } from '../../../../../test/servers/redis-server';
import { KillableJobProcess } from '../killable-job-process.fixture';
import { retryUntilSuccess } from '../retry-until-success.fixture';
import { describeJobBackendContract, describeOutageContract } from '../job-backend.fixture';
import { JobStoreError } from '../job-store-error';
import { measureTime, RecordingLogger, waitUntil } from '@trunkline/testing';
import { RedisBackend } from './redis-backend';

const openStrict = (url: string, logger = new RecordingLogger()) =>
  RedisBackend.open({ url, prefix: '{trunkline}', durability: 'strict', logger });

describeWithServer('redis', 'jobs in Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });

  describeJobBackendContract(() => openStrict(server.url));
  afterAll(() => server.stop());
});

describeWithServer('redis', 'jobs in Redis during an outage', () => {
  let server: RedisServer;
  let backend: RedisBackend;
  const logger = new RecordingLogger();
  beforeAll(async () => {
    server = await RedisServer.start();
    backend = await openStrict(server.url, logger);
  });
  afterAll(async () => {
    await backend.close();
    await server.stop();
  });

  describeOutageContract(
    () => ({ backend, lines: logger.lines }),
    [
      // Longer than the socket timeouts of all connections.
      { name: 'hangs', durationMs: 3_800, start: () => server.suspend(), end: () => server.resume() },
      { name: 'is down', durationMs: 500, start: () => server.kill(), end: () => server.restart() },
    ],
  );
});

// Each test has its own server and mostly waits for it, so they run concurrently.
describeWithServer('redis', 'a Redis for jobs', () => {
  it.concurrent.each([
    ['has no append-only file', ['--appendonly', 'no'], /set `appendonly yes`/],
    ['evicts keys', ['--maxmemory-policy', 'allkeys-lru'], /set `maxmemory-policy noeviction`/],
  ])('is rejected when it %s', async (_, settings, remedy) => {
    const server = await RedisServer.start(...settings);

    const opening = openStrict(server.url);

    await expect(opening).rejects.toThrow(JobStoreError);
    await expect(opening).rejects.toThrow(remedy);
    await server.stop();
  });

  it.concurrent('is accepted when durability is relaxed', async () => {
    const server = await RedisServer.start('--appendonly', 'no');

    const logger = new RecordingLogger();
    const backend = await RedisBackend.open({ url: server.url, prefix: '{trunkline}', durability: 'relaxed', logger });
    await backend.callDurably(() => backend.createQueue('accepted').add('x', {}));

    expect(logger.lines).toEqual([]);
    await backend.close();
    await server.stop();
  });

  it.concurrent.each([
    ['writes once a second', [], ''],
    ['has no CONFIG command', ['--rename-command', 'CONFIG', ''], ''],
    [
      'does not permit CONFIG to this user',
      ['--user', 'bus', 'on', '>word', '~*', '&*', '+@all', '-config'],
      'bus:word@',
    ],
  ])('is accepted with a warning when it %s', async (_, settings, user) => {
    const server = await RedisServer.start('--appendfsync', 'everysec', ...settings);
    const logger = new RecordingLogger();

    const backend = await openStrict(server.url.replace('//', `//${user}`), logger);
    await backend.callDurably(() => backend.createQueue('accepted').add('x', {}));

    expect(logger.lines).toEqual([
      'warn: this Redis may lose the latest jobs in a crash of its machine, or does not report its settings',
    ]);
    await backend.close();
    await server.stop();
  });

  it.concurrent('is rejected when it does not know the user', async () => {
    const server = await RedisServer.start();

    const opening = openStrict(server.url.replace('//', '//nobody:word@'));

    await expect(opening).rejects.toThrow(/^the Redis for jobs cannot be used: WRONGPASS/);
    await server.stop();
  });

  it.concurrent('is checked again after a restart', async () => {
    const server = await RedisServer.start();
    const backend = await openStrict(server.url);
    await server.kill();
    await server.restart('--maxmemory-policy', 'allkeys-lru');

    let cause: unknown;
    await waitUntil(async () => {
      cause = await backend.call(() => backend.createQueue('unsafe').add('x', {})).catch((error: Error) => error.cause);
      return cause instanceof JobStoreError;
    });

    expect(cause).toMatchObject({ message: expect.stringMatching(/set `maxmemory-policy noeviction`/) });
    await backend.close();
    await server.stop();
  });

  it.concurrent('receives no jobs if it would lose them and was started after the bus', async () => {
    const server = await RedisServer.start('--appendonly', 'no');
    await server.kill();
    const backend = await openStrict(server.url);
    await server.restart();

    let cause: unknown;
    await waitUntil(async () => {
      cause = await backend.call(() => backend.createQueue('unsafe').add('x', {})).catch((error: Error) => error.cause);
      return cause instanceof JobStoreError;
    });

    expect(cause).toMatchObject({ message: expect.stringMatching(/set `appendonly yes`/) });
    await backend.close();
    await server.stop();
  });

  it.concurrent('may be unavailable at the start, and is used once it is available', async () => {
    const other = await RedisServer.start();
    await other.kill();
    const backend = await openStrict(other.url);
    const queue = backend.createQueue('late');

    await expect(backend.call(() => queue.add('x', {}))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await other.restart();
    await retryUntilSuccess(() => backend.call(() => queue.add('x', {}, { jobId: 'x' })));

    expect(await queue.count()).toBe(1);
    await backend.close();
    await other.stop();
  });

  it.concurrent('does not delay closing its backend for more than a few seconds when it hangs', async () => {
    const other = await RedisServer.start();
    const closing = await openStrict(other.url);
    closing.createWorker('idle', async () => undefined);
    await closing.call(() => closing.createQueue('idle').count());
    other.suspend();

    const { tookMs } = await measureTime(() => closing.close());

    expect(tookMs).toBeLessThan(6_000);
    await other.stop();
  });

  it.concurrent('does not keep a process alive that has closed its backend during an outage', async () => {
    const server = await RedisServer.start();
    const child = new KillableJobProcess({ backend: server.url, add: 1 });
    await waitUntil(async () => child.lines.includes('end job-0'));
    await server.stop();

    expect(await child.terminate('SIGTERM')).toBe(0);
  });

  it.concurrent('runs flows over several queues when it is a cluster', async () => {
    const server = await RedisServer.start('--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1');
    const admin = new Redis(server.url);
    await admin.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    await waitUntil(async () => String(await admin.call('CLUSTER', 'INFO')).includes('cluster_state:ok'));
    const backend = await openStrict(`redis-cluster://127.0.0.1:${server.port}`);
    const ran: string[] = [];
    for (const name of ['one', 'two']) backend.createWorker(name, async (job) => ran.push(job.name));

    await retryUntilSuccess(() =>
      backend.call(() =>
        backend
          .createFlowProducer()
          .add({ name: 'parent', queueName: 'one', children: [{ name: 'child', queueName: 'two' }] }),
      ),
    );
    await waitUntil(async () => ran.includes('parent'));

    expect(ran[0]).toBe('child');
    await backend.close();
    admin.disconnect();
    await server.stop();
  });
});

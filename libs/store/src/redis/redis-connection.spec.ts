import { createServer } from 'node:net';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { describeWithServer } from '../../../../test/servers/describe-with-server';
import { findFreePort } from '../../../../test/servers/find-free-port';
import { RedisServer } from '../../../../test/servers/redis-server';
import { RecordingLogger, TcpRelay, waitUntil } from '@trunkline/testing';
import { RedisConnection } from './redis-connection';
import { createRedisScript } from './redis-script';

const UNAVAILABLE = { code: 'STORE_UNAVAILABLE' };

describe('a connection to an unavailable Redis', () => {
  it('does not delay the start, and fails calls immediately', async () => {
    const log = new RecordingLogger();
    const connection = await RedisConnection.open(`redis://127.0.0.1:${await findFreePort()}`, log);

    await expect(connection.call('PING', { timeoutMs: 2_900 })).rejects.toMatchObject(UNAVAILABLE);
    expect(log.lines).toEqual(['warn: Redis is unavailable']);
    connection.close();
  });

  it('waits at most a second for the first response of a silent server', async () => {
    const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : 0;

    const connection = await RedisConnection.open(`redis://127.0.0.1:${port}`, new RecordingLogger());

    await expect(connection.call('PING', { timeoutMs: 2_900 })).rejects.toMatchObject(UNAVAILABLE);
    connection.close();
    silent.close();
  });
});

describeWithServer('redis', 'a connection to Redis', () => {
  let server: RedisServer;
  let log: RecordingLogger;
  let connection: RedisConnection;

  beforeEach(async () => {
    server = await RedisServer.start();
    log = new RecordingLogger();
    connection = await RedisConnection.open(server.url, log);
  });

  afterEach(async () => {
    connection.close();
    await server.stop();
  });

  it('is available once it is open', async () => {
    await expect(connection.call('PING', { timeoutMs: 2_900 })).resolves.toBe('PONG');
  });

  it('runs a script that Redis does not know yet, and a known one', async () => {
    const echo = createRedisScript('return { KEYS[1], ARGV[1] }');
    const call = { keys: ['key'], args: ['argument'], timeoutMs: 2_900 };

    await expect(connection.runScript(echo, call)).resolves.toEqual(['key', 'argument']);
    await expect(connection.runScript(echo, call)).resolves.toEqual(['key', 'argument']);
  });

  it('has the error of Redis as the cause of its failure', async () => {
    await expect(connection.call('INCR', { timeoutMs: 2_900 })).rejects.toMatchObject({
      ...UNAVAILABLE,
      cause: expect.objectContaining({ message: expect.stringContaining('wrong number of arguments') }),
    });
  });

  it('fails calls after their time limit when Redis hangs, and further calls immediately', async () => {
    server.suspend();

    await expect(connection.call('PING', { timeoutMs: 100 })).rejects.toMatchObject(UNAVAILABLE);
    const calls = Array.from({ length: 100 }, () => connection.call('PING', { timeoutMs: 2_900 }));
    const outcomes = calls.map((call) =>
      call.then(
        () => 'accepted',
        () => 'rejected',
      ),
    );
    const first = outcomes.map((outcome) => Promise.race([outcome, turn('pending')]));

    expect(new Set(await Promise.all(first))).toEqual(new Set(['rejected']));
    server.resume();
    await waitUntil(() => connection.isAvailable);
    await expect(connection.call('PING', { timeoutMs: 2_900 })).resolves.toBe('PONG');
  });

  it('reconnects when Redis hangs for long', async () => {
    const relay = await TcpRelay.listen(server.port);
    const relayed = await RedisConnection.open(`redis://127.0.0.1:${relay.port}`, log);
    server.suspend();
    await relayed.call('PING', { timeoutMs: 50 }).catch(() => undefined);
    await waitUntil(() => relay.connections === 2);

    server.resume();
    await waitUntil(() => relayed.isAvailable);

    await expect(relayed.call('PING', { timeoutMs: 2_900 })).resolves.toBe('PONG');
    expect(log.lines).toEqual(['warn: Redis is unavailable', 'info: Redis is available again']);
    relayed.close();
    await relay.close();
  });

  it('recovers after a crash of Redis, and logs it', async () => {
    await server.kill();
    await waitUntil(() => !connection.isAvailable);
    await expect(connection.call('PING', { timeoutMs: 2_900 })).rejects.toMatchObject(UNAVAILABLE);

    await server.restart();
    await waitUntil(() => connection.isAvailable);

    await expect(connection.call('PING', { timeoutMs: 2_900 })).resolves.toBe('PONG');
    expect(log.lines).toEqual(['warn: Redis is unavailable', 'info: Redis is available again']);
  });
});

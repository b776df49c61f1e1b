import { Redis } from 'ioredis';
import { Client } from 'pg';
import { describeWithServer } from './describe-with-server';
import { PostgresServer } from './postgres-server';
import { RedisServer } from './redis-server';

describeWithServer('redis', 'a Redis for tests', () => {
  it('recovers its data after a crash', async () => {
    const server = await RedisServer.start();
    const client = new Redis(server.url);
    await client.set('key', 'value');
    client.disconnect();

    await server.kill();
    await server.restart();

    const again = new Redis(server.url);
    expect(await again.get('key')).toBe('value');
    again.disconnect();
    await server.stop();
  });
});

describeWithServer('postgres', 'a PostgreSQL for tests', () => {
  it('recovers its data after a crash', async () => {
    const server = await PostgresServer.start();
    const client = new Client(server.url);
    client.on('error', () => undefined);
    await client.connect();
    await client.query('CREATE TABLE kept AS SELECT 1 AS value');

    await server.kill();
    await server.restart();

    const again = new Client(server.url);
    await again.connect();
    expect((await again.query('SELECT value FROM kept')).rows).toEqual([{ value: 1 }]);
    await again.end();
    await server.stop();
  });
});

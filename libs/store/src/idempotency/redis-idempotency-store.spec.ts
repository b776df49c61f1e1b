import { describeWith } from '../../../../test/servers/describe-with';
import { RedisServer } from '../../../../test/servers/redis-server';
import { RecordedLog } from '../recorded-log.fixture';
import { RedisConnection } from '../redis-connection';
import { again, claim, CREATED, keepsIdempotencyRecords } from './idempotency-contract.fixture';
import { LimitedIdempotencyStore } from './limited-idempotency-store';
import { RedisIdempotencyStore } from './redis-idempotency-store';

describeWith('redis', 'idempotency records on Redis', () => {
  let server: RedisServer;
  let redis: RedisConnection;

  beforeAll(async () => {
    server = await RedisServer.start();
    redis = await RedisConnection.open(server.url, new RecordedLog().logger);
  });

  afterAll(async () => {
    redis.close();
    await server.stop();
  });

  keepsIdempotencyRecords(() => new LimitedIdempotencyStore(new RedisIdempotencyStore(redis)));

  it('are shared by all who use the same Redis', async () => {
    const other = await RedisConnection.open(server.url, new RecordedLog().logger);
    const first = claim();
    await new RedisIdempotencyStore(redis).begin(first);
    await new RedisIdempotencyStore(redis).finish(first, CREATED);

    expect(await new RedisIdempotencyStore(other).begin(again(first))).toMatchObject({ is: 'replay' });
    other.close();
  });

  it('are given up on when Redis does not answer, and what it did later is undone', async () => {
    const store = new LimitedIdempotencyStore(new RedisIdempotencyStore(redis), 100);
    const first = claim();
    server.hang();

    await expect(store.begin(first)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });

    server.resume();
    let state = await new RedisIdempotencyStore(redis).begin(again(first));
    while (state.is === 'running') state = await new RedisIdempotencyStore(redis).begin(again(first));
    expect(state).toEqual({ is: 'started' });
  });
});

import { describeWithServer } from '../../../../test/servers/describe-with-server';
import { RedisServer } from '../../../../test/servers/redis-server';
import { RecordingLogger } from '@trunkline/testing';
import { RedisConnection } from '../redis/redis-connection';
import { repeatClaim, createClaim, CREATED_RESPONSE, specifyIdempotencyStore } from './idempotency-contract.fixture';
import { TimeLimitedIdempotencyStore } from './time-limited-idempotency-store';
import { RedisIdempotencyStore } from './redis-idempotency-store';

describeWithServer('redis', 'idempotency records on Redis', () => {
  let server: RedisServer;
  let redis: RedisConnection;

  beforeAll(async () => {
    server = await RedisServer.start();
    redis = await RedisConnection.open(server.url, new RecordingLogger());
  });

  afterAll(async () => {
    redis.close();
    await server.stop();
  });

  // A busy machine takes longer than the default of a second; the limit itself has its own test below.
  specifyIdempotencyStore(() => new TimeLimitedIdempotencyStore(new RedisIdempotencyStore(redis), 15_000));

  it('are shared by all stores on the same Redis', async () => {
    const other = await RedisConnection.open(server.url, new RecordingLogger());
    const first = createClaim();
    await new RedisIdempotencyStore(redis).begin(first);
    await new RedisIdempotencyStore(redis).finish(first, CREATED_RESPONSE);

    expect(await new RedisIdempotencyStore(other).begin(repeatClaim(first))).toMatchObject({ status: 'replay' });
    other.close();
  });

  it('fail when Redis does not respond, and a late start is undone', async () => {
    const store = new TimeLimitedIdempotencyStore(new RedisIdempotencyStore(redis), 100);
    const first = createClaim();
    server.suspend();

    await expect(store.begin(first)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });

    server.resume();
    let state = await new RedisIdempotencyStore(redis).begin(repeatClaim(first));
    while (state.status === 'running') state = await new RedisIdempotencyStore(redis).begin(repeatClaim(first));
    expect(state).toEqual({ status: 'started' });
  });
});

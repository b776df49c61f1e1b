import { describeWithServer } from '../../../../test/servers/describe-with-server';
import { RedisServer } from '../../../../test/servers/redis-server';
import { RecordingLogger } from '@trunkline/testing';
import { RedisConnection } from '../redis/redis-connection';
import { MemoryRateCounter } from './memory-rate-counter';
import type { RateCounter } from './rate-counter';
import { TokenBucket } from './token-bucket';
import { RedisRateCounter } from './redis-rate-counter';

const HOUR_MS = 3_600_000;
let keys = 0;

function newKey(): string {
  keys += 1;
  return `key-${keys}`;
}

/** The contract of every rate counter. */
function contract(counterOf: () => RateCounter): void {
  it('accept exactly the burst of many concurrent requests', async () => {
    const claims = [{ key: newKey(), bucket: new TokenBucket({ limit: 100, perMs: HOUR_MS }) }];

    const decisions = await Promise.all(Array.from({ length: 200 }, async () => counterOf().take(claims)));

    expect(decisions.filter(({ isAllowed }) => isAllowed)).toHaveLength(100);
  });

  it('have the remaining requests after each request', async () => {
    const bucket = new TokenBucket({ limit: 3, perMs: HOUR_MS });
    const claims = [{ key: newKey(), bucket }];

    const left: unknown[] = [];
    for (let count = 0; count < 4; count += 1) {
      const { isAllowed, debtsMs } = await counterOf().take(claims);
      left.push([isAllowed, bucket.getRemaining(debtsMs[0] ?? 0)]);
    }

    expect(left).toEqual([
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
    ]);
  });

  it('have the time until another is allowed', async () => {
    const bucket = new TokenBucket({ limit: 2, perMs: HOUR_MS, burst: 1 });
    const claims = [{ key: newKey(), bucket }];
    await counterOf().take(claims);

    const { debtsMs } = await counterOf().take(claims);

    const waitMs = bucket.getWaitMs(debtsMs[0] ?? 0);
    expect(waitMs).toBeGreaterThan(HOUR_MS / 2 - 10_000);
    expect(waitMs).toBeLessThanOrEqual(HOUR_MS / 2);
  });

  it('count a request against all limits or none', async () => {
    const narrow = { key: newKey(), bucket: new TokenBucket({ limit: 1, perMs: HOUR_MS }) };
    const wide = { key: newKey(), bucket: new TokenBucket({ limit: 10, perMs: HOUR_MS }) };
    await counterOf().take([narrow, wide]);
    await counterOf().take([narrow, wide]);

    const { isAllowed, debtsMs } = await counterOf().take([wide, narrow]);

    expect(isAllowed).toBe(false);
    expect([wide, narrow].map(({ bucket }, index) => bucket.getRemaining(debtsMs[index] ?? 0))).toEqual([9, 0]);
  });

  it('count keys separately', async () => {
    const bucket = new TokenBucket({ limit: 1, perMs: HOUR_MS });
    await counterOf().take([{ key: newKey(), bucket }]);

    expect((await counterOf().take([{ key: newKey(), bucket }])).isAllowed).toBe(true);
  });

  it('lock no caller out for longer than the current limit, whatever it was before', async () => {
    const key = newKey();
    await counterOf().take([{ key, bucket: new TokenBucket({ limit: 1, perMs: 24 * HOUR_MS }) }]);
    const bucket = new TokenBucket({ limit: 60, perMs: HOUR_MS });

    const { debtsMs } = await counterOf().take([{ key, bucket }]);

    expect(bucket.getWaitMs(debtsMs[0] ?? 0)).toBeLessThanOrEqual(HOUR_MS / 60 + 100);
  });
}

describe('limits in memory', () => {
  const counter = new MemoryRateCounter();
  contract(() => counter);
});

describeWithServer('redis', 'limits in Redis', () => {
  let server: RedisServer;
  let connection: RedisConnection;

  beforeAll(async () => {
    server = await RedisServer.start();
    connection = await RedisConnection.open(server.url, new RecordingLogger());
  });

  afterAll(async () => {
    connection.close();
    await server.stop();
  });

  // A generous time limit: a busy machine may be slow, and only the decisions matter.
  contract(() => new RedisRateCounter(connection, { prefix: 'test:', timeoutMs: 2_900 }));

  it('leave no keys once a bucket is full again', async () => {
    const bucket = new TokenBucket({ limit: 1, perMs: HOUR_MS });
    await new RedisRateCounter(connection, { prefix: 'brief:', timeoutMs: 2_900 }).take([{ key: 'key', bucket }]);

    const leftMs = Number(await connection.call('PTTL', { args: ['brief:key'], timeoutMs: 2_900 }));

    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThanOrEqual(HOUR_MS);
  });
});

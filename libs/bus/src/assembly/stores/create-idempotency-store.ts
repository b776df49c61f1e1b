import cluster from 'node:cluster';
import {
  type IdempotencyStore,
  TimeLimitedIdempotencyStore,
  MemoryIdempotencyStore,
  PostgresIdempotencyStore,
  createPostgresPool,
  type RedisConnection,
  RedisIdempotencyStore,
} from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import type { BusConfig } from '../../config/bus-config';

/**
 * Where the bus keeps its idempotency records: in PostgreSQL, if there is one, since it forgets nothing that it has confirmed;
 * else on Redis, else in memory. Where no channel asks for them, no server is connected to.
 */
export async function createIdempotencyStore(
  { bus, channels }: BusConfig,
  redis: RedisConnection | undefined,
  logger: Logger,
): Promise<IdempotencyStore> {
  const isUsed = Object.values(channels.rest).some(({ idempotency = 'off' }) => idempotency !== 'off');
  if (!isUsed) return new MemoryIdempotencyStore();
  const { postgres, prefix, schema } = bus.stores;
  if (postgres !== undefined)
    return new TimeLimitedIdempotencyStore(new PostgresIdempotencyStore(await createPostgresPool(postgres), schema));
  if (redis) return new TimeLimitedIdempotencyStore(new RedisIdempotencyStore(redis, prefix));
  if (cluster.isWorker) {
    logger.warn({}, 'each worker keeps idempotency records of its own: with several, they have to be in bus.stores');
  }
  return new MemoryIdempotencyStore();
}

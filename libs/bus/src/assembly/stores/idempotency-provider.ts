import cluster from 'node:cluster';
import type { FactoryProvider } from '@nestjs/common';
import { Idempotency } from '@trunkline/channels';
import { ErrorResponder } from '@trunkline/http-server';
import {
  createPostgresPool,
  type IdempotencyStore,
  MemoryIdempotencyStore,
  PostgresIdempotencyStore,
  type RedisConnection,
  RedisIdempotencyStore,
  TimeLimitedIdempotencyStore,
} from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import type { BusConfig } from '../../config/bus-config';
import { BUS_CONFIG, LOGGER, REDIS } from '../../module/tokens';

/** Provides the {@link Idempotency} of a bus, with its store connected. */
export const idempotencyProvider: FactoryProvider<Idempotency> = {
  provide: Idempotency,
  inject: [BUS_CONFIG, LOGGER, ErrorResponder, REDIS],
  // One parameter per injected provider is how Nest's factories are written.
  // oxlint-disable-next-line max-params -- see above
  useFactory: async (
    config: BusConfig,
    logger: Logger,
    errorResponder: ErrorResponder,
    redis: RedisConnection | undefined,
  ) => {
    const store = await createStore(config, redis, logger);
    return new Idempotency({ bus: config.bus.name, store, errorResponder, logger });
  },
};

/**
 * PostgreSQL if the bus has one, since it keeps every record that it has confirmed; else Redis, else memory. No server is connected
 * to when no channel uses idempotency.
 */
async function createStore(
  { bus, channels }: BusConfig,
  redis: RedisConnection | undefined,
  logger: Logger,
): Promise<IdempotencyStore> {
  const isUsed = channels.some(({ options: { idempotency = 'off' } }) => idempotency !== 'off');
  if (!isUsed) return new MemoryIdempotencyStore();
  const { postgres, prefix, schema } = bus.stores;
  if (postgres !== undefined)
    return new TimeLimitedIdempotencyStore(new PostgresIdempotencyStore(await createPostgresPool(postgres), schema));
  if (redis) return new TimeLimitedIdempotencyStore(new RedisIdempotencyStore(redis, prefix));
  if (cluster.isWorker) {
    logger.warn(
      {},
      'idempotency records are kept in memory, by each worker for itself; set bus.stores.redis or bus.stores.postgres to share them',
    );
  }
  return new MemoryIdempotencyStore();
}

import { RedisConnection } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import type { BusConfig } from '../../config/bus-config';
import { mapStoreErrors } from './store-errors';

/**
 * Connects to the Redis of `bus.stores.redis`; `undefined` when the bus has none.
 *
 * @throws {ConfigurationError} when that Redis cannot be used as it is set up
 */
export async function openRedis({ bus, loaded }: BusConfig, logger: Logger): Promise<RedisConnection | undefined> {
  const { redis } = bus.stores;
  return redis === undefined
    ? undefined
    : mapStoreErrors(loaded, 'bus.stores.redis', () => RedisConnection.open(redis, logger));
}

import { MemoryRateCounter, type RateCounter, type RedisConnection, RedisRateCounter } from '@trunkline/store';
import type { BusConfig } from '../../config/bus-config';

/** Where the requests of channels are counted: in the Redis of the bus, if there is one, for all buses of its name together. */
export function createRateCounter(config: BusConfig, redis: RedisConnection | undefined): RateCounter {
  return createSharedRateCounter(config, redis) ?? new MemoryRateCounter();
}

/** Counts for all hosts of a bus together; `undefined` where it has no Redis. */
export function createSharedRateCounter(
  { bus }: BusConfig,
  redis: RedisConnection | undefined,
): RateCounter | undefined {
  return redis && new RedisRateCounter(redis, { prefix: `${bus.stores.prefix}${bus.name}:rate:` });
}

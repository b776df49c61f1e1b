import { RateLimiter } from '@trunkline/channels';
import { MemoryRateCounter, type RateCounter, type RedisConnection, RedisRateCounter } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import type { BusConfig } from '../../config/bus-config';

/** Creates the rate limiter of channels. It counts in the Redis of the bus, for all instances together; without one, in memory. */
export function createRateLimiter(config: BusConfig, logger: Logger, redis: RedisConnection | undefined): RateLimiter {
  return new RateLimiter(createSharedRateCounter(config, redis) ?? new MemoryRateCounter(), logger);
}

/** Creates a counter that all instances of a bus share; `undefined` when the bus has no Redis. */
export function createSharedRateCounter(
  { bus }: BusConfig,
  redis: RedisConnection | undefined,
): RateCounter | undefined {
  return redis && new RedisRateCounter(redis, { prefix: `${bus.stores.prefix}${bus.name}:rate:` });
}

import { MemoryRateCounter, type RateCounter, type RedisConnection, RedisRateCounter } from '@trunkline/store';
import type { BusConfig } from './bus-config';

/** Where the requests of channels are counted: in the Redis of the bus, if there is one, for all buses of its name together. */
export function rateCounterOf({ bus }: BusConfig, redis: RedisConnection | undefined): RateCounter {
  return redis ? new RedisRateCounter(redis, { prefix: `${bus.name}:rate:` }) : new MemoryRateCounter();
}

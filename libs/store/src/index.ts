/**
 * Stores for data between requests: idempotency records and rate counters, in memory, on Redis or on PostgreSQL, and stale values, in
 * memory.
 * Not for: jobs (jobs), which BullMQ stores.
 */
// To connect to Redis
export { RedisConnection, type RedisCommandOptions, type RedisScriptOptions } from './redis/redis-connection';
export { StoreSetupError } from './store-setup-error';
export { type RedisScript, createRedisScript } from './redis/redis-script';
export { OutageLog, type OutageLogOptions } from './outage-log';

// To process a request once
export { type IdempotencyClaim, type IdempotencyState, IdempotencyStore } from './idempotency/idempotency-store';
export { type StoredResponse } from './idempotency/stored-response';
export { TimeLimitedIdempotencyStore } from './idempotency/time-limited-idempotency-store';
export { MemoryIdempotencyStore, type MemoryIdempotencyLimits } from './idempotency/memory-idempotency-store';
export { PostgresIdempotencyStore } from './idempotency/postgres-idempotency-store';
export { RedisIdempotencyStore } from './idempotency/redis-idempotency-store';

// To connect to PostgreSQL
export { createPostgresPool } from './postgres/postgres-pool';

// To count requests against limits
export { type RateClaim, RateCounter, type RateDecision } from './rate/rate-counter';
export { TokenBucket, type TokenBucketOptions } from './rate/token-bucket';
export { MemoryRateCounter, type MemoryRateCounterOptions } from './rate/memory-rate-counter';
export { RedisRateCounter, type RedisRateCounterOptions } from './rate/redis-rate-counter';

// To serve the last good value of a service that fails
export { StaleValues } from './stale-values';

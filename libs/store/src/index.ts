/**
 * What the bus keeps between requests: idempotency records and rate counters, in memory, on Redis or on PostgreSQL.
 * Not for: jobs (jobs), which BullMQ keeps.
 */
// To reach Redis
export { RedisConnection, type RedisCommand, type RedisScriptCall } from './redis-connection';
export { StoreSetupError } from './store-setup-error';
export { type RedisScript, redisScript } from './redis-script';
export { OutageLog, type OutageLogOptions } from './outage-log';

// To carry out a request once
export { type IdempotencyClaim, type IdempotencyState, IdempotencyStore } from './idempotency/idempotency-store';
export { type KeptAnswer } from './idempotency/kept-answer';
export { LimitedIdempotencyStore } from './idempotency/limited-idempotency-store';
export { MemoryIdempotencyStore, type MemoryIdempotencyLimits } from './idempotency/memory-idempotency-store';
export { PostgresIdempotencyStore } from './idempotency/postgres-idempotency-store';
export { RedisIdempotencyStore } from './idempotency/redis-idempotency-store';

// To reach PostgreSQL
export { postgresPool } from './postgres-pool';
// To count requests against limits
export { type RateClaim, RateCounter, type RateDecision } from './rate/rate-counter';
export { RateWindow, type RateWindowOptions } from './rate/rate-window';
export { MemoryRateCounter, type MemoryRateCounterOptions } from './rate/memory-rate-counter';
export { RedisRateCounter, type RedisRateCounterOptions } from './rate/redis-rate-counter';

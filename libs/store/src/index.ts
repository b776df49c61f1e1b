/**
 * What the bus keeps between requests: idempotency records and rate counters, in memory, on Redis or on PostgreSQL.
 * Not for: jobs (jobs), which BullMQ keeps.
 */
// To reach Redis
export { RedisConnection, type RedisCommand, type RedisScriptCall } from './redis-connection';
export { type RedisScript, redisScript } from './redis-script';
export { OutageLog, type OutageLogOptions } from './outage-log';

/**
 * What the bus keeps between requests: idempotency records and rate counters, in memory, on Redis or on PostgreSQL.
 * Not for: jobs (jobs), which BullMQ keeps.
 */
export {};

/**
 * Durable invocations, schedules, topics and dead letters, on BullMQ.
 * Not for: what services do (service), or how requests reach them (channels).
 */
export {};

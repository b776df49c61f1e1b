/**
 * Durable invocations, schedules, topics and dead letters, on BullMQ.
 * Not for: what services do (service), or how requests reach them (channels).
 */

// To run a bus
export { Jobs, type JobsOptions, type Role } from './jobs';
export { JobStoreError } from './backend/job-store-error';

// To configure
export { type JobOptions, jobOptions } from './configuration/job-options';
export { type ScheduleConfig, scheduleSection } from './configuration/schedule-section';
export { type SubscriberConfig, topicsSection } from './configuration/topics-section';
export { printJobSchema } from './job-schema';

// To tell of jobs
export { type AttemptRecord } from './job/job-data';
export { type JobState, type JobView } from './job/job-view';
export { DeadLetters } from './dead-letter/dead-letters';
export { Schedules, type ScheduleView } from './schedule/schedules';

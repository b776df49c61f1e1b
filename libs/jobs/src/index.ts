/**
 * Durable invocations, schedules, topics and dead letters, on BullMQ.
 * Not for: services themselves (service), or how requests reach them (channels).
 */

// To run a bus
export { Jobs, type JobsOptions, type Role } from './jobs';
export { JobStoreError } from './backend/job-store-error';

// To configure
export { type JobsConfig, jobsConfig } from './configuration/jobs-config';
export { findJobProblems } from './configuration/job-references';
export { type ScheduleConfig, scheduleSection } from './configuration/schedule-section';
export { type SubscriberConfig, topicsSection } from './configuration/topics-section';
export { generateJobSchemaSql } from './backend/job-schema';

// To inspect jobs
export { type AttemptRecord } from './queues/job-data';
export { type JobView } from './queues/job-view';
export { DeadLetters } from './dead-letters/dead-letters';
export { Schedules, type ScheduleView } from './schedules/schedules';

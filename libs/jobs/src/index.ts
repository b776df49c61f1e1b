/**
 * Durable invocations, schedules, topics and dead letters, on BullMQ.
 * Not for: services themselves (service), or how requests reach them (channels).
 */

// To run a bus
export { Jobs, type Role } from './jobs';
export { type JobsOptions } from './jobs-options';
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
export { type DeadLetters } from './dead-letters/dead-letters';
export { type Schedules, type ScheduleView } from './schedules/schedules';

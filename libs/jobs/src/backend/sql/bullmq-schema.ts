/** Schema of BullMQ's tables in an embedded store. */
export const EMBEDDED_SCHEMA = 'trunkline_jobs';

/** Channels on which BullMQ's functions notify workers of jobs, and callers of results. */
export const NOTIFICATION_CHANNELS = ['bullmq_jobs', 'bullmq_events'] as const;

/** Where BullMQ's tables are in an embedded store. */
export const EMBEDDED_SCHEMA = 'trunkline_jobs';

/** How BullMQ's functions tell workers of jobs, and those who wait of results. */
export const NOTIFICATION_CHANNELS = ['bullmq_jobs', 'bullmq_events'] as const;

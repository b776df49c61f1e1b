import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ScheduleConfig } from '../configuration/schedule-section';

/** What the store keeps of a schedule, so that a host can do its ticks whose configuration is older or newer. */
export const scheduleRecord = z.object({
  service: z.string(),
  input: z.unknown().optional(),
  missed: z.enum(['once', 'skip']),
  overlap: z.enum(['skip', 'queue']),
  attempts: z.number().optional(),
  timeoutMs: z.number().optional(),
  /** Of a schedule with `every`. */
  everyMs: z.number().optional(),
  /** Tells whether the configuration has changed. */
  digest: z.string(),
});

/** See {@link scheduleRecord}. */
export type ScheduleRecord = z.infer<typeof scheduleRecord>;

/** The plan of a schedule of the configuration. */
export function createScheduleRecord(config: ScheduleConfig): ScheduleRecord {
  const { service, input, missed, overlap, attempts, timeout, every } = config;
  return {
    service,
    missed,
    overlap,
    digest: computeDigest(config),
    ...(input !== undefined && { input }),
    ...(attempts !== undefined && { attempts }),
    ...(timeout !== undefined && { timeoutMs: timeout }),
    ...(every !== undefined && { everyMs: every }),
  };
}

/** Later than this, a tick was not taken in time because no host ran. */
const LATE_AFTER_MS = 30_000;

/** Has a tick been missed that was due so many milliseconds ago? */
export function isMissed({ everyMs = LATE_AFTER_MS }: ScheduleRecord, lateMs: number): boolean {
  return lateMs > Math.min(LATE_AFTER_MS, everyMs);
}

function computeDigest(config: ScheduleConfig): string {
  return createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 16);
}

import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ScheduleConfig } from '../configuration/schedule-section';

/** Stored record of a schedule: a host processes its ticks by the record, even if its own configuration is older or newer. */
export const scheduleRecord = z.object({
  service: z.string(),
  input: z.unknown().optional(),
  missed: z.enum(['once', 'skip']),
  overlap: z.enum(['skip', 'queue']),
  attempts: z.number().optional(),
  timeoutMs: z.number().optional(),
  /** Absent for a schedule with `cron`. */
  everyMs: z.number().optional(),
  /** Changes when the configuration of the schedule changes. */
  digest: z.string(),
});

/** See {@link scheduleRecord}. */
export type ScheduleRecord = z.infer<typeof scheduleRecord>;

/** Creates the record of a schedule in the configuration. */
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

/** A tick that is later was missed, because no host was running. */
const LATE_AFTER_MS = 30_000;

/** Whether a tick that is `lateMs` late counts as missed. */
export function isMissed({ everyMs = LATE_AFTER_MS }: ScheduleRecord, lateMs: number): boolean {
  return lateMs > Math.min(LATE_AFTER_MS, everyMs);
}

function computeDigest(config: ScheduleConfig): string {
  return createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 16);
}

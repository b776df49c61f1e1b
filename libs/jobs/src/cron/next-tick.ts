import { findNextLocalTime } from './next-local-time';
import type { CronPattern } from './parse-cron';
import type { ClockChange, TimeZone } from './time-zone';

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
const HOURS_OF_DAY = 24;

/**
 * Finds the next instant that matches a pattern in a time zone. Changes to and from daylight saving time are handled as in cronie
 * ("crontab(5)"):
 *
 * - All times in the skipped hour are one tick, at the first instant after it.
 * - A time in the repeated hour is one tick, the first time.
 * - A pattern that matches every hour of the day is an interval, not a time of day: it follows elapsed hours, and so neither pauses
 *   during the repeated hour nor makes up for the skipped one.
 *
 * @param afterMs - epoch milliseconds; the tick is later
 * @returns epoch milliseconds; `undefined` if no date ever matches
 */
export function findNextTick(cron: CronPattern, zone: TimeZone, afterMs: number): number | undefined {
  const isInterval = cron.hours.length === HOURS_OF_DAY;
  let since = afterMs;
  let local = findFirstLocalTime(zone, afterMs, isInterval);
  for (;;) {
    const matching = findNextLocalTime(cron, local);
    if (matching === undefined) return undefined;
    const tick = matching - zone.getOffsetMs(since);
    const change = zone.findChange(since, tick);
    if (!change) return tick;
    const isSkipped = matching < change.atMs + change.offsetAfterMs;
    if (isSkipped && !isInterval) return change.atMs;
    since = change.atMs;
    local = computeResumeTime(change, isInterval);
  }
}

/** Finds the first local time that can be a tick: one in the repeated hour is not, the second time. */
function findFirstLocalTime(zone: TimeZone, afterMs: number, isInterval: boolean): number {
  const next = (Math.floor((afterMs + zone.getOffsetMs(afterMs)) / SECOND_MS) + 1) * SECOND_MS;
  const change = isInterval ? undefined : zone.findChange(afterMs - DAY_MS, afterMs);
  return change ? Math.max(next, computeResumeTime(change, isInterval)) : next;
}

function computeResumeTime({ atMs, offsetBeforeMs, offsetAfterMs }: ClockChange, isInterval: boolean): number {
  return atMs + (isInterval ? offsetAfterMs : Math.max(offsetBeforeMs, offsetAfterMs));
}

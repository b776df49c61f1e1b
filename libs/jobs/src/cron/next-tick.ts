import { findNextLocalTime } from './next-local-time';
import type { CronPattern } from './parse-cron';
import type { ClockChange, TimeZone } from './time-zone';

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
const HOURS_OF_DAY = 24;

/**
 * The next instant that a pattern fits in a time zone, over changes of the clock:
 *
 * - Times that the clock leaves out are one tick, at the first instant after the gap.
 * - A time that the clock repeats is a tick once, the first time.
 * - A pattern that fits every hour of the day is a rhythm, not a time of day: it goes by the hours that pass, so that it neither
 *   pauses while the clock repeats an hour nor makes up for one that is left out (cronie, "crontab(5)").
 *
 * @param afterMs - epoch milliseconds; the tick is later
 * @returns epoch milliseconds; `undefined` when no date ever fits
 */
export function findNextTick(cron: CronPattern, zone: TimeZone, afterMs: number): number | undefined {
  const isRhythm = cron.hours.length === HOURS_OF_DAY;
  let since = afterMs;
  let local = findFirstLocalTime(zone, afterMs, isRhythm);
  for (;;) {
    const fitting = findNextLocalTime(cron, local);
    if (fitting === undefined) return undefined;
    const tick = fitting - zone.getOffsetMs(since);
    const change = zone.findChange(since, tick);
    if (!change) return tick;
    const isLeftOut = fitting < change.atMs + change.offsetAfterMs;
    if (isLeftOut && !isRhythm) return change.atMs;
    since = change.atMs;
    local = computeResumeTime(change, isRhythm);
  }
}

/** The first local time that can be a tick: not one that the clock repeats at this moment. */
function findFirstLocalTime(zone: TimeZone, afterMs: number, isRhythm: boolean): number {
  const next = (Math.floor((afterMs + zone.getOffsetMs(afterMs)) / SECOND_MS) + 1) * SECOND_MS;
  const change = isRhythm ? undefined : zone.findChange(afterMs - DAY_MS, afterMs);
  return change ? Math.max(next, computeResumeTime(change, isRhythm)) : next;
}

function computeResumeTime({ atMs, offsetBeforeMs, offsetAfterMs }: ClockChange, isRhythm: boolean): number {
  return atMs + (isRhythm ? offsetAfterMs : Math.max(offsetBeforeMs, offsetAfterMs));
}

import type { RepeatStrategy } from 'bullmq';
import { findNextTick } from '../cron/next-tick';
import { parseCron } from '../cron/parse-cron';
import { TimeZone } from '../cron/time-zone';

/**
 * When BullMQ makes the next tick of a schedule with a cron pattern. It replaces BullMQ's own, which skips dates whose midnight a
 * change of the clock leaves out, and finds no tick after some changes.
 *
 * @throws {CronSyntaxError} when the pattern, which another version of the bus may have stored, is none
 * @throws {RangeError} when this machine does not know the time zone
 */
export const computeNextTick: RepeatStrategy = (nowMs, { pattern = '', tz = 'UTC' }, schedule = '') =>
  findNextTick(parseCron(pattern, schedule), new TimeZone(tz), nowMs);

/**
 * As {@link computeNextTick}, for the worker that does a tick: one without a successor is done all the same, while an error would
 * keep BullMQ from it. What it lacks is noticed by whoever looks after the schedules.
 */
export const computeNextTickIfAny: RepeatStrategy = (...args) => {
  try {
    return computeNextTick(...args);
  } catch {
    return undefined;
  }
};

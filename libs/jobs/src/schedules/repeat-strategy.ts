import type { RepeatStrategy } from 'bullmq';
import { findNextTick } from '../cron/next-tick';
import { parseCron } from '../cron/parse-cron';
import { TimeZone } from '../cron/time-zone';

/**
 * Computes the next tick of a schedule with a cron pattern. It replaces BullMQ's strategy, which skips dates whose midnight does not
 * exist because of a change to daylight saving time, and finds no tick after some changes.
 *
 * @throws {CronSyntaxError} when the pattern, which another version of the bus may have stored, is invalid
 * @throws {RangeError} when the time zone is unknown on this machine
 */
export const computeNextTick: RepeatStrategy = (nowMs, { pattern = '', tz = 'UTC' }, schedule = '') =>
  findNextTick(parseCron(pattern, schedule), new TimeZone(tz), nowMs);

/**
 * Computes the next tick, or `undefined` where {@link computeNextTick} throws, so that the worker processes the current tick all the
 * same. {@link Schedules.watchTicks} reports a schedule without a next tick.
 */
export const computeNextTickIfAny: RepeatStrategy = (...args) => {
  try {
    return computeNextTick(...args);
  } catch {
    return undefined;
  }
};

import type { Cron } from './parse-cron';

const SECOND_MS = 1_000;
const MINUTE = 60;
const HOUR = 3_600;
const DAY_MS = 86_400_000;
/** The rarest date, a fifth Monday of a February, recurs after 40 years at most. */
const FURTHEST_MS = 41 * 366 * DAY_MS;

/**
 * The first local time that a pattern fits, at or after another one; `undefined` when it fits none, such as 31 February.
 *
 * @param from - local time as if it were UTC, in milliseconds; a whole second
 */
export function findLocalTime(cron: Cron, from: number): number | undefined {
  const today = Math.floor(from / DAY_MS) * DAY_MS;
  let seconds = (from - today) / SECOND_MS;
  for (let day = today; day - today < FURTHEST_MS; day += DAY_MS) {
    const found = fitsDay(cron, new Date(day)) ? findTimeOfDay(cron, seconds) : undefined;
    if (found !== undefined) return day + found * SECOND_MS;
    seconds = 0;
  }
  return undefined;
}

function fitsDay({ months, daysOfMonth, daysOfWeek }: Cron, date: Date): boolean {
  if (!months.has(date.getUTCMonth() + 1)) return false;
  const day = date.getUTCDate();
  const weekday = date.getUTCDay();
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  const fitsMonth = daysOfMonth.values.includes(day) || (daysOfMonth.hasLastDay && day === lastDay);
  const fitsWeek =
    daysOfWeek.values.includes(weekday) ||
    daysOfWeek.counted.some(
      (counted) =>
        counted.weekday === weekday &&
        (counted.nth === 'last' ? day + 7 > lastDay : counted.nth === Math.ceil(day / 7)),
    );
  if (daysOfMonth.isAny) return fitsWeek;
  return daysOfWeek.isAny ? fitsMonth : fitsMonth || fitsWeek;
}

/** @returns seconds since the beginning of the day, at or after `from`; `undefined` when the day has no such time any more */
function findTimeOfDay(cron: Cron, from: number): number | undefined {
  const { hours, minutes, seconds } = cron;
  const [firstMinute = 0] = minutes;
  const [firstSecond = 0] = seconds;
  const hour = findFrom(hours, Math.floor(from / HOUR));
  if (hour === undefined) return undefined;
  const restOfHour = from - hour * HOUR;
  if (restOfHour < 0) return hour * HOUR + firstMinute * MINUTE + firstSecond;
  const minute = findFrom(minutes, Math.floor(restOfHour / MINUTE));
  if (minute === undefined) return findTimeOfDay(cron, (hour + 1) * HOUR);
  const restOfMinute = restOfHour - minute * MINUTE;
  if (restOfMinute < 0) return hour * HOUR + minute * MINUTE + firstSecond;
  const second = findFrom(seconds, restOfMinute);
  if (second === undefined) return findTimeOfDay(cron, hour * HOUR + (minute + 1) * MINUTE);
  return hour * HOUR + minute * MINUTE + second;
}

function findFrom(ascending: readonly number[], from: number): number | undefined {
  return ascending.find((value) => value >= from);
}

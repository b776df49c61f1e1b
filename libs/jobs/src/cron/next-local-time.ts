import type { CronPattern } from './parse-cron';

const SECOND_MS = 1_000;
const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3_600;
const DAY_MS = 86_400_000;
/** The rarest date, a fifth Monday of February, recurs after at most 40 years. */
const SEARCH_LIMIT_MS = 41 * 366 * DAY_MS;

/**
 * Finds the first local time that matches a pattern, at or after `from`; `undefined` if there is none, as for 31 February.
 *
 * @param from - local time as if it were UTC, in milliseconds, rounded to a second
 */
export function findNextLocalTime(cron: CronPattern, from: number): number | undefined {
  const today = Math.floor(from / DAY_MS) * DAY_MS;
  let seconds = (from - today) / SECOND_MS;
  for (let day = today; day - today < SEARCH_LIMIT_MS; day += DAY_MS) {
    const found = matchesDay(cron, new Date(day)) ? findTimeOfDay(cron, seconds) : undefined;
    if (found !== undefined) return day + found * SECOND_MS;
    seconds = 0;
  }
  return undefined;
}

function matchesDay({ months, daysOfMonth, daysOfWeek }: CronPattern, date: Date): boolean {
  if (!months.has(date.getUTCMonth() + 1)) return false;
  const day = date.getUTCDate();
  const weekday = date.getUTCDay();
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  const matchesMonth = daysOfMonth.values.includes(day) || (daysOfMonth.hasLastDay && day === lastDay);
  const matchesWeek =
    daysOfWeek.values.includes(weekday) ||
    daysOfWeek.counted.some(
      (counted) =>
        counted.weekday === weekday &&
        (counted.nth === 'last' ? day + 7 > lastDay : counted.nth === Math.ceil(day / 7)),
    );
  if (daysOfMonth.isAny) return matchesWeek;
  return daysOfWeek.isAny ? matchesMonth : matchesMonth || matchesWeek;
}

/** @returns seconds since the start of the day, at or after `from`; `undefined` if no later time of the day matches */
function findTimeOfDay(cron: CronPattern, from: number): number | undefined {
  const { hours, minutes, seconds } = cron;
  const [firstMinute = 0] = minutes;
  const [firstSecond = 0] = seconds;
  const hour = findAtLeast(hours, Math.floor(from / HOUR_SECONDS));
  if (hour === undefined) return undefined;
  const restOfHour = from - hour * HOUR_SECONDS;
  if (restOfHour < 0) return hour * HOUR_SECONDS + firstMinute * MINUTE_SECONDS + firstSecond;
  const minute = findAtLeast(minutes, Math.floor(restOfHour / MINUTE_SECONDS));
  if (minute === undefined) return findTimeOfDay(cron, (hour + 1) * HOUR_SECONDS);
  const restOfMinute = restOfHour - minute * MINUTE_SECONDS;
  if (restOfMinute < 0) return hour * HOUR_SECONDS + minute * MINUTE_SECONDS + firstSecond;
  const second = findAtLeast(seconds, restOfMinute);
  if (second === undefined) return findTimeOfDay(cron, hour * HOUR_SECONDS + (minute + 1) * MINUTE_SECONDS);
  return hour * HOUR_SECONDS + minute * MINUTE_SECONDS + second;
}

function findAtLeast(ascending: readonly number[], from: number): number | undefined {
  return ascending.find((value) => value >= from);
}

/** A field of a cron pattern and its range of values. */
export interface CronField {
  /** Name in error messages. */
  readonly name: string;
  /** Index of the field in a pattern with seconds. */
  readonly index: number;
  readonly min: number;
  readonly max: number;
  /** Names of the values, starting with `min`. */
  readonly names: readonly string[];
  /** Largest value of `H`, if larger ones do not exist in every period. Default: `max`. */
  readonly maxHashed?: number;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** The fields of a cron pattern. */
export const CRON_FIELDS = {
  second: { name: 'second', index: 0, min: 0, max: 59, names: [] },
  minute: { name: 'minute', index: 1, min: 0, max: 59, names: [] },
  hour: { name: 'hour', index: 2, min: 0, max: 23, names: [] },
  dayOfMonth: { name: 'day of month', index: 3, min: 1, max: 31, names: [], maxHashed: 28 },
  month: { name: 'month', index: 4, min: 1, max: 12, names: MONTHS },
  dayOfWeek: { name: 'day of week', index: 5, min: 0, max: 6, names: WEEKDAYS },
} as const satisfies Readonly<Record<string, CronField>>;

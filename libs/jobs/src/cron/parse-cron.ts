import { CRON_FIELDS, type CronField } from './cron-field';
import { CronSyntaxError } from './cron-syntax-error';
import { type FieldValues, parseField } from './parse-field';

/** A parsed cron pattern. */
export interface CronPattern {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: FieldValues;
  readonly months: ReadonlySet<number>;
  readonly daysOfWeek: FieldValues;
}

const MACROS: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);
const EXPECTED_FORM = 'expected five fields such as `0 2 * * 1-5`, six with seconds first, or a macro such as @daily';

/**
 * Parses a cron pattern: five fields (minute, hour, day of month, month, day of week), six with seconds first, or a macro.
 *
 * If both day fields are restricted, a day matches that matches one of them (POSIX, "crontab").
 *
 * @param seed - determines the values of `H`, such as the name of a schedule
 * @throws {CronSyntaxError} naming the field, its text and the reason
 */
export function parseCron(text: string, seed: string): CronPattern {
  const texts = splitFields(text.trim());
  const parse = (field: CronField) => parseField(field, texts[field.index] ?? '', seed);
  return {
    seconds: parse(CRON_FIELDS.second).values,
    minutes: parse(CRON_FIELDS.minute).values,
    hours: parse(CRON_FIELDS.hour).values,
    daysOfMonth: parse(CRON_FIELDS.dayOfMonth),
    months: new Set(parse(CRON_FIELDS.month).values),
    daysOfWeek: parse(CRON_FIELDS.dayOfWeek),
  };
}

/** Splits a pattern into the texts of six fields. */
function splitFields(pattern: string): readonly string[] {
  const fields = (pattern.startsWith('@') ? expandMacro(pattern) : pattern).split(/\s+/);
  if (fields.length === 6) return fields;
  if (fields.length === 5) return ['0', ...fields];
  throw new CronSyntaxError(`${EXPECTED_FORM}; got ${fields.length} ${fields.length === 1 ? 'field' : 'fields'}`);
}

function expandMacro(text: string): string {
  const expanded = MACROS.get(text.toLowerCase());
  if (expanded !== undefined) return expanded;
  const hint = /^@every\b/i.test(text) ? '; intervals are written as `every: 5m`, without `cron`' : '';
  throw new CronSyntaxError(`expected one of the macros ${[...MACROS.keys()].join(', ')}; got ${text}${hint}`);
}

import { createHash } from 'node:crypto';
import { CRON_FIELDS, type CronField } from './cron-field';
import { CronSyntaxError } from './cron-syntax-error';

/** An nth weekday of a month: the second Monday, or the last Friday. */
interface CountedWeekday {
  readonly weekday: number;
  /** 1 to 5, counted from the start of the month, or the last one. */
  readonly nth: number | 'last';
}

/** The parsed values of one field. */
export interface FieldValues {
  /** In ascending order. */
  readonly values: readonly number[];
  /** The field is `*` or `?`: of the two day fields, the other one decides. */
  readonly isAny: boolean;
  /** `L` in the day of month: the last day of the month. */
  readonly hasLastDay: boolean;
  /** `1#2` and `5L` in the day of week. */
  readonly counted: readonly CountedWeekday[];
}

const ITEM =
  /^(?:(?<any>[*?])|(?<hash>H)(?:\((?<hashFrom>\d+)-(?<hashTo>\d+)\))?|(?<from>[A-Z]{3}|\d+)(?:-(?<to>[A-Z]{3}|\d+))?)(?:\/(?<step>\d+))?$/;
const NTH = /^(?<day>[A-Z]{3}|\d)#(?<nth>\d+)$/;
const LAST = /^(?<day>[A-Z]{3}|\d)L$/;

interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Parses one field: a list of values, ranges and steps. Order and repetitions do not matter.
 *
 * @param seed - determines the value of `H`, together with the field
 * @throws {CronSyntaxError} naming the field
 */
export function parseField(field: CronField, text: string, seed: string): FieldValues {
  const values = new Set<number>();
  const counted: CountedWeekday[] = [];
  let hasLastDay = false;
  for (const item of text.toUpperCase().split(',')) {
    const weekday = field === CRON_FIELDS.dayOfWeek ? parseCounted(field, item) : undefined;
    if (weekday) counted.push(weekday);
    else if (field === CRON_FIELDS.dayOfMonth && item === 'L') hasLastDay = true;
    else for (const value of parseItem(field, item, seed)) values.add(value);
  }
  return { values: [...values].sort((a, b) => a - b), isAny: /^[*?]$/.test(text), hasLastDay, counted };
}

function parseCounted(field: CronField, item: string): CountedWeekday | undefined {
  const last = LAST.exec(item)?.groups;
  if (last) return { weekday: parseValue(field, item, last['day']) % 7, nth: 'last' };
  const counted = NTH.exec(item)?.groups;
  if (!counted) return undefined;
  const nth = Number(counted['nth']);
  if (nth < 1 || nth > 5) throw createFieldError(field, item, 'expected 1 to 5 after the #');
  return { weekday: parseValue(field, item, counted['day']) % 7, nth };
}

function parseItem(field: CronField, item: string, seed: string): readonly number[] {
  const parts = ITEM.exec(item)?.groups;
  if (!parts) throw createFieldError(field, item, explainRejection(field, item));
  const range = parseRange(field, item, parts);
  const step = parts['step'] === undefined ? undefined : Number(parts['step']);
  checkStep(field, item, range, step);
  if (parts['hash']) return listHashedValues(range, step, `${seed} ${field.name}`);
  return listValues(field, range, step ?? 1);
}

function parseRange(field: CronField, item: string, parts: Readonly<Record<string, string | undefined>>): Range {
  const { min: lowest, max: highest, maxHashed = field.max } = field;
  if (parts['any']) return { from: lowest, to: highest };
  if (parts['hash'] && parts['hashFrom'] === undefined) return { from: lowest, to: maxHashed };
  const from = parseValue(field, item, parts['hashFrom'] ?? parts['from']);
  const end = parts['hashTo'] ?? parts['to'];
  if (end === undefined)
    return parts['step'] === undefined ? { from, to: from } : { from: from % (highest + 1), to: highest };
  return orderRange(field, item, { from, to: parseValue(field, item, end) });
}

/** Ranges of weekdays wrap around: FRI-MON is Friday to Monday, and MON-SUN the whole week. */
function orderRange(field: CronField, item: string, { from, to }: Range): Range {
  if (from <= to) return { from, to };
  if (field === CRON_FIELDS.dayOfWeek) return { from: from % 7, to: from === 7 ? to : to + 7 };
  const { min, max } = field;
  throw createFieldError(field, item, `the range ends before it starts; write ${from}-${max},${min}-${to}`);
}

function parseValue(field: CronField, item: string, text = ''): number {
  const { min, names } = field;
  const index = names.indexOf(text);
  const value = index === -1 ? Number(text) : min + index;
  // 7 is also Sunday.
  const max = field === CRON_FIELDS.dayOfWeek ? 7 : field.max;
  if (value >= min && value <= max) return value;
  const orNames = names.length === 0 ? '' : ` or ${names[0]} to ${names.at(-1)}`;
  throw createFieldError(field, item, `expected ${min} to ${max}${orNames}`);
}

/** A step that is longer than its range is rejected: `*\/90` minutes would mean every hour. */
function checkStep(field: CronField, item: string, { from, to }: Range, step: number | undefined): void {
  if (step === undefined) return;
  if (step === 0) throw createFieldError(field, item, 'expected a step of at least 1');
  const count = to - from + 1;
  if (step <= count) return;
  throw createFieldError(
    field,
    item,
    `the step is longer than the range of ${count} values; use \`every\` for such an interval`,
  );
}

function listValues(field: CronField, { from, to }: Range, step: number): readonly number[] {
  const count = Math.floor((to - from) / step) + 1;
  const values = Array.from({ length: count }, (_, index) => from + index * step);
  return field === CRON_FIELDS.dayOfWeek ? values.map((value) => value % 7) : values;
}

/** With a step: every `step` values, starting with one of the first `step`. */
function listHashedValues({ from, to }: Range, step: number | undefined, seed: string): readonly number[] {
  const hash = createHash('sha256').update(seed).digest().readUInt32BE();
  if (step === undefined) return [from + (hash % (to - from + 1))];
  const first = from + (hash % step);
  return Array.from({ length: Math.floor((to - first) / step) + 1 }, (_, index) => first + index * step);
}

function explainRejection(field: CronField, item: string): string {
  if (item === '') return 'expected a value before and after each comma';
  if (item.endsWith('W')) return 'W (the nearest weekday) is not supported; use day of week MON-FRI';
  if (/^L-\d+$/.test(item)) return 'days counted from the end of the month are not supported, except for L';
  if (item.endsWith('L')) {
    return field === CRON_FIELDS.dayOfWeek
      ? 'L follows one day of the week, such as FRIL for the last Friday of the month'
      : 'L is the last day of the month, and is valid only in the day of month';
  }
  if (item.includes('#')) return '# is valid only in the day of week, such as MON#2 for the second Monday';
  return 'expected a value, a range such as 1-5, or a step such as */5';
}

function createFieldError({ name }: CronField, item: string, reason: string): CronSyntaxError {
  return new CronSyntaxError(`${name} \`${item}\`: ${reason}`);
}

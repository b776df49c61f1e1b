import type * as CronParser from 'cron-parser';

const FIELDS = /^\S+(?:\s+\S+){4,5}$/;

/** Is it five fields, or six with seconds first, that some instant fits? */
export function isCron(text: string): boolean {
  return FIELDS.test(text.trim()) && nextTick(text, undefined, new Date()) !== undefined;
}

/** Does this machine know the time zone? */
export function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

/** The next instant after `from` that the pattern fits; `undefined` when it is no pattern. */
export function nextTick(pattern: string, timezone: string | undefined, from: Date): Date | undefined {
  // Loaded by the first schedule that has a pattern: 25 ms that no other bus is to pay for.
  // oxlint-disable-next-line typescript/no-require-imports, typescript/no-unsafe-type-assertion -- see above
  const { CronExpressionParser } = require('cron-parser') as typeof CronParser;
  try {
    const options = { currentDate: from, ...(timezone !== undefined && { tz: timezone }) };
    return CronExpressionParser.parse(pattern, options).next().toDate();
  } catch {
    // What it says of a pattern would be no help: the problem says what is expected instead.
    return undefined;
  }
}

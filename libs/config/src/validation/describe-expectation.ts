import type { z } from 'zod';

type RawIssue = z.core.$ZodRawIssue;
type BoundIssue = z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig>;

const TYPE_NAMES = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['object', 'a mapping'],
  ['record', 'a mapping'],
  ['array', 'a list'],
  ['tuple', 'a list'],
  ['null', 'nothing'],
  ['undefined', 'nothing'],
  ['never', 'nothing'],
]);

const FORMAT_NAMES = new Map([
  ['url', 'a URL'],
  ['email', 'an email address'],
  ['uuid', 'a UUID'],
  ['ipv4', 'an IPv4 address'],
  ['ipv6', 'an IPv6 address'],
]);

/**
 * Describes what was expected, for issues without a custom message. A zod error map, to be passed to each parse: the global one belongs
 * to the application.
 */
export function describeExpectation(issue: RawIssue): string | undefined {
  if (issue.code === 'invalid_type') return `expected ${getTypeName(issue.expected)}`;
  if (issue.code === 'invalid_value') return `expected ${formatChoices(issue.values.map(String))}`;
  if (issue.code === 'invalid_union') return `expected ${formatChoices(getUnionOptions(issue).map(String))}`;
  if (issue.code === 'invalid_format') return `expected ${describeFormat(issue)}`;
  if (issue.code === 'too_small') return `expected ${describeBound(issue, 'at least', Number(issue.minimum))}`;
  if (issue.code === 'too_big') return `expected ${describeBound(issue, 'at most', Number(issue.maximum))}`;
  if (issue.code === 'not_multiple_of') return `expected a multiple of ${issue.divisor}`;
  return undefined;
}

/** Formats choices as `a`, `a or b` or `a, b or c`. */
export function formatChoices(choices: readonly string[]): string {
  const last = choices.at(-1) ?? 'nothing';
  return choices.length < 2 ? last : `${choices.slice(0, -1).join(', ')} or ${last}`;
}

function getTypeName(type: string): string {
  return TYPE_NAMES.get(type) ?? type;
}

function getUnionOptions(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): readonly unknown[] {
  return 'options' in issue && Array.isArray(issue.options) ? issue.options : [];
}

function describeFormat({ format, pattern }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidStringFormat>): string {
  return (
    FORMAT_NAMES.get(format) ??
    (pattern === undefined ? `text in the format ${format}` : `text that matches ${pattern}`)
  );
}

function describeBound(issue: BoundIssue, bound: 'at least' | 'at most', limit: number): string {
  const isExact = issue.exact === true;
  const isEmptiness = limit === 1 && bound === 'at least' && !isExact;
  const amount = isExact ? `exactly ${limit}` : `${bound} ${limit}`;
  if (issue.origin === 'string') return isEmptiness ? 'text that is not empty' : `text of ${amount} characters`;
  if (issue.origin === 'array') return isEmptiness ? 'a list that is not empty' : `a list of ${amount} items`;
  if (issue.inclusive !== false) return `a number of ${amount}`;
  return `a number ${bound === 'at least' ? 'greater' : 'less'} than ${limit}`;
}

import { validateHeaderName, validateHeaderValue } from 'node:http';

/**
 * What a system does wrong, in the words of `PUT /_fault`. Parts combine, and `{}` is a healthy system.
 *
 * The system does its work before the answer goes wrong, unless `status` is set, which answers in its place. What follows
 * happens in this order: `delay`, then `hang` or `reset` (with `truncate`: not now, but where the body is cut), then the answer.
 */
export type Fault = {
  /** Answers with this status, 200 to 599, and does nothing. */
  readonly status?: number;
  /** Header fields to add or replace. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Replaces the body: a text is sent as it is, anything else as JSON. The media type stays JSON unless `headers` says otherwise. */
  readonly body?: unknown;
  /** Answers so much later: `'250ms'`, `'3s'`, `'1m'`. */
  readonly delay?: string;
  /** Sends the head at once, and then one byte of the body each interval. */
  readonly drip?: string;
  /** Announces the whole body, sends half of it and closes the connection. */
  readonly truncate?: boolean;
  /** Resets the connection (TCP RST) instead of answering. */
  readonly reset?: boolean;
  /** Keeps the connection and never answers. */
  readonly hang?: boolean;
  /** Only the next so many requests; without it, all until another fault is set. */
  readonly times?: number;
};

const MS_PER_UNIT = { ms: 1, s: 1_000, m: 60_000 } as const;
const DURATION = /^(\d{1,6})(ms|s|m)$/;
/** Beyond 2³¹ − 1 ms Node's timers fire at once. */
const MAX_DURATION_MS = 3_600_000;

const DURATION_RULE = [isDuration, "a duration up to 60m, such as '250ms', '3s' or '1m'"] as const;
const BOOLEAN_RULE = [(value: unknown) => typeof value === 'boolean', 'true or false'] as const;
const RULES: Readonly<Record<keyof Fault, readonly [fits: (value: unknown) => boolean, expected: string]>> = {
  status: [(value) => isIntegerInRange(value, 200, 599), 'a number from 200 to 599'],
  headers: [areHeaders, 'an object of header names and texts, such as { "content-type": "text/html" }'],
  body: [() => true, 'a text or any JSON'],
  delay: DURATION_RULE,
  drip: DURATION_RULE,
  truncate: BOOLEAN_RULE,
  reset: BOOLEAN_RULE,
  hang: BOOLEAN_RULE,
  times: [(value) => isIntegerInRange(value, 1, 1_000_000), 'a number from 1 to 1000000'],
};

/** Whether a command is a fault, of which {@link findFaultProblems} finds nothing to say. */
export function isFault(command: Readonly<Record<string, unknown>>): command is Fault {
  return findFaultProblems(command).length === 0;
}

/** Everything that keeps a command from being a fault, each with what to write instead. */
export function findFaultProblems(command: Readonly<Record<string, unknown>>): readonly string[] {
  const problems = Object.entries(command).flatMap(([key, value]) => {
    if (!isKey(key)) return [`${key} is no fault: write ${Object.keys(RULES).join(', ')}, or {} to heal`];
    const [fits, expected] = RULES[key];
    return fits(value) ? [] : [`${key} must be ${expected}, not ${JSON.stringify(value)}`];
  });
  if (command['hang'] === true && command['reset'] === true) problems.push('write either hang or reset');
  return problems;
}

/** Milliseconds of a duration that {@link findFaultProblems} has passed. */
export function parseDurationMs(text: string): number {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  return unit === 'ms' || unit === 's' || unit === 'm' ? Number(amount) * MS_PER_UNIT[unit] : Number.NaN;
}

function isKey(key: string): key is keyof Fault {
  return Object.hasOwn(RULES, key);
}

function isDuration(value: unknown): boolean {
  return typeof value === 'string' && parseDurationMs(value) <= MAX_DURATION_MS;
}

function isIntegerInRange(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

function areHeaders(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([name, text]: [string, unknown]) => isHeader(name, text));
}

function isHeader(name: string, text: unknown): boolean {
  if (typeof text !== 'string') return false;
  try {
    validateHeaderName(name);
    validateHeaderValue(name, text);
    return true;
  } catch {
    return false; // the only thing they throw is that the header is not legal
  }
}

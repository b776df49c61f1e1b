import { validateHeaderName, validateHeaderValue } from 'node:http';

/**
 * A fault of a simulated system, as `PUT /_fault` takes it. Members combine; `{}` is a healthy system.
 *
 * The system executes the request before the fault, unless `status` is set, which replaces the response. The order is `delay`, then
 * `hang` or `reset` (with `truncate`: where the body is cut), then the response.
 */
export type Fault = {
  /** Responds with this status, 200 to 599, without executing the request. */
  readonly status?: number;
  /** Header fields to add or replace. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Replaces the body: a string is sent unchanged, anything else as JSON. The media type stays JSON unless `headers` sets another. */
  readonly body?: unknown;
  /** Delay of the response: `'250ms'`, `'3s'`, `'1m'`. */
  readonly delay?: string;
  /** Sends the headers at once, then one byte of the body per interval. */
  readonly drip?: string;
  /** Declares the length of the whole body, sends half of it and closes the connection. */
  readonly truncate?: boolean;
  /** Resets the connection (TCP RST) instead of responding. */
  readonly reset?: boolean;
  /** Keeps the connection open and never responds. */
  readonly hang?: boolean;
  /** Number of affected requests. Default: all until another fault is set. */
  readonly times?: number;
};

const MS_PER_UNIT = { ms: 1, s: 1_000, m: 60_000 } as const;
const DURATION = /^(\d{1,6})(ms|s|m)$/;
/** Timers of Node fire at once beyond 2³¹ − 1 ms. */
const MAX_DURATION_MS = 3_600_000;

const DURATION_RULE = [isDuration, "a duration up to 60m, such as '250ms', '3s' or '1m'"] as const;
const BOOLEAN_RULE = [(value: unknown) => typeof value === 'boolean', 'true or false'] as const;
const RULES: Readonly<Record<keyof Fault, readonly [fits: (value: unknown) => boolean, expected: string]>> = {
  status: [(value) => isIntegerInRange(value, 200, 599), 'a number from 200 to 599'],
  headers: [areHeaders, 'an object of header names and strings, such as { "content-type": "text/html" }'],
  body: [() => true, 'a string or any JSON'],
  delay: DURATION_RULE,
  drip: DURATION_RULE,
  truncate: BOOLEAN_RULE,
  reset: BOOLEAN_RULE,
  hang: BOOLEAN_RULE,
  times: [(value) => isIntegerInRange(value, 1, 1_000_000), 'a number from 1 to 1000000'],
};

/** Whether a command is a valid fault: {@link findFaultProblems} finds no problem. */
export function isFault(command: Readonly<Record<string, unknown>>): command is Fault {
  return findFaultProblems(command).length === 0;
}

/** Finds all problems of a command, each with what to write instead. */
export function findFaultProblems(command: Readonly<Record<string, unknown>>): readonly string[] {
  const problems = Object.entries(command).flatMap(([key, value]) => {
    if (!isKey(key)) return [`${key} is not a fault: write ${Object.keys(RULES).join(', ')}, or {} to heal`];
    const [fits, expected] = RULES[key];
    return fits(value) ? [] : [`${key} must be ${expected}, not ${JSON.stringify(value)}`];
  });
  if (command['hang'] === true && command['reset'] === true) problems.push('write either hang or reset');
  return problems;
}

/** Milliseconds of a duration that {@link findFaultProblems} has accepted. */
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
    return false; // they throw only for an invalid header
  }
}

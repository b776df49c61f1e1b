/** Parses a header to milliseconds from now; `undefined` for a text of another form. */
export type RetryAfterParser = (text: string, nowMs: number) => number | undefined;

const NUMBER = /^\d{1,13}(?:\.\d{1,9})?$/;
/** All three forms of a date in HTTP begin with the name of a day (RFC 9110 §5.6.7); some APIs send one of RFC 3339. */
const DATE = /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)|\d{4}-\d\d-\d\dT)/;
/** A duration as Go prints it: `1h2m3.5s`, `20ms`. */
const GO_DURATION =
  /^(?=\d)(?:(\d{1,6})h)?(?:(\d{1,6})m(?!s))?(?:(\d{1,6}(?:\.\d{1,9})?)s)?(?:(\d{1,9}(?:\.\d{1,9})?)ms)?$/;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
/** No upstream requests 31 years: a greater number is an instant, in seconds or in milliseconds since 1970. */
const MIN_EPOCH_SECONDS = 1e9;
const MIN_EPOCH_MS = 1e11;

/** Parses a number of milliseconds, fractions included. */
export const parseMilliseconds: RetryAfterParser = (text) => (NUMBER.test(text) ? Number(text) : undefined);

/**
 * Parses `Retry-After` and `X-RateLimit-Reset` as upstreams send them: seconds from now, fractions included, an instant as a date or as
 * seconds or milliseconds since 1970, or a duration of Go. HTTP itself defines whole seconds and its own dates.
 */
export const parseRetryAfter: RetryAfterParser = (text, nowMs) => {
  if (!NUMBER.test(text)) return parseDate(text, nowMs) ?? parseGoDuration(text);
  const number = Number(text);
  if (number >= MIN_EPOCH_MS) return Math.max(0, number - nowMs);
  return number >= MIN_EPOCH_SECONDS ? Math.max(0, number * SECOND_MS - nowMs) : number * SECOND_MS;
};

function parseDate(text: string, nowMs: number): number | undefined {
  const ms = DATE.test(text) ? Date.parse(text) - nowMs : Number.NaN;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function parseGoDuration(text: string): number | undefined {
  const match = GO_DURATION.exec(text);
  if (!match) return undefined;
  const [, hours = 0, minutes = 0, seconds = 0, milliseconds = 0] = match.map(Number);
  return (hours || 0) * HOUR_MS + (minutes || 0) * MINUTE_MS + (seconds || 0) * SECOND_MS + (milliseconds || 0);
}

import type { ResponseHeaders } from './rest-response';

const SECONDS = /^\d{1,9}$/;
/** All three forms of a date in HTTP begin with the name of a day (RFC 9110 §5.6.7). */
const DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;

/** How long an upstream asks to be left alone (RFC 9110 §10.2.3), in milliseconds; `undefined` where it does not say. */
export function retryAfterMs(headers: ResponseHeaders): number | undefined {
  const value = headers['retry-after'];
  if (typeof value !== 'string') return undefined;
  if (SECONDS.test(value)) return Number(value) * 1_000;
  const ms = DATE.test(value) ? Date.parse(value) - Date.now() : Number.NaN;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

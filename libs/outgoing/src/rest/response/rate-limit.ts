import type { ResponseHeaders, RestResponse } from './rest-response';
import { parseMilliseconds, parseRetryAfter, type RetryAfterParser } from './retry-after';

/**
 * The headers by which upstreams ask to be left alone, the exact ones first. `Retry-After` is HTTP's (RFC 9110 §10.2.3); the others
 * are those of Azure and OpenAI, whose clients look for them first.
 */
const RETRY_AFTER_HEADERS: readonly (readonly [header: string, read: RetryAfterParser])[] = [
  ['retry-after-ms', parseMilliseconds],
  ['x-ms-retry-after-ms', parseMilliseconds],
  ['retry-after', parseRetryAfter],
];

/**
 * The headers that tell of a quota: how much of it is left, and when there is more. What stands behind either name is the name of the
 * quota: `x-ratelimit-reset-tokens` belongs to `x-ratelimit-remaining-tokens`.
 */
const QUOTA_HEADERS: readonly { readonly remaining: string; readonly reset: string }[] = [
  { remaining: 'x-ratelimit-remaining', reset: 'x-ratelimit-reset' },
  { remaining: 'x-rate-limit-remaining', reset: 'x-rate-limit-reset' },
  { remaining: 'ratelimit-remaining', reset: 'ratelimit-reset' },
];
/** draft-ietf-httpapi-ratelimit-headers: `"default";r=0;t=30` since -08, `limit=100, remaining=0, reset=30` before. */
const STRUCTURED_HEADER = 'ratelimit';
const ITEM_REMAINING = /;\s*r=(\d{1,15})/;
const ITEM_RESET = /;\s*t=(\d{1,15})/;
const OLD_REMAINING = /(?:^|,)\s*remaining=(\d{1,15})/;
const OLD_RESET = /(?:^|,)\s*reset=(\d{1,15})/;
const OLD_FORM = /^(?:limit|remaining|reset)=/;

/** A quota of an upstream. */
interface Quota {
  /** `undefined`: it is not told. */
  readonly isExhausted: boolean | undefined;
  /** Milliseconds until there is more of it. */
  readonly resetInMs: number | undefined;
}

/**
 * Does the upstream reject a call because there have been too many? By 429, or by a 403 that says when to come back or that nothing is
 * left, as GitHub's does.
 */
export function isThrottled({ status, headers }: Pick<RestResponse, 'status' | 'headers'>): boolean {
  if (status === 429) return true;
  return (
    status === 403 &&
    (findRetryAfterHeaderMs(headers) !== undefined || findQuotas(headers).some(({ isExhausted }) => isExhausted))
  );
}

/**
 * How long to wait before the same is sent again, in milliseconds; `undefined` where the upstream does not say. It does so by
 * `Retry-After` and its kin, and where a call is throttled also by when a quota that is spent is filled again. Dates are taken by the
 * upstream's own clock, if it tells it.
 */
export function findRetryAfterMs(response: Pick<RestResponse, 'status' | 'headers'>): number | undefined {
  const { headers } = response;
  return findRetryAfterHeaderMs(headers) ?? (isThrottled(response) ? findQuotaResetMs(headers) : undefined);
}

/** For how long an upstream asks to be left alone by everybody: where it is unavailable, or a call is throttled. */
export function findHoldMs(response: Pick<RestResponse, 'status' | 'headers'>): number | undefined {
  return response.status === 503 || isThrottled(response) ? findRetryAfterMs(response) : undefined;
}

function findRetryAfterHeaderMs(headers: ResponseHeaders): number | undefined {
  for (const [header, read] of RETRY_AFTER_HEADERS) {
    const text = readHeader(headers, header);
    const waitMs = text === undefined ? undefined : read(text, readServerNowMs(headers));
    if (waitMs !== undefined) return waitMs;
  }
  return undefined;
}

/** Of the quotas that are spent or may be, the one that takes longest. */
function findQuotaResetMs(headers: ResponseHeaders): number | undefined {
  const quotas = findQuotas(headers).filter(({ isExhausted }) => isExhausted !== false);
  const spent = quotas.filter(({ isExhausted: isSpent }) => isSpent);
  const waits = (spent.length > 0 ? spent : quotas).flatMap(({ resetInMs }) => resetInMs ?? []);
  return waits.length > 0 ? Math.max(...waits) : undefined;
}

function findQuotas(headers: ResponseHeaders): Quota[] {
  const quotas = parseStructuredQuotas(headers);
  const nowMs = readServerNowMs(headers);
  for (const { remaining, reset } of QUOTA_HEADERS) {
    for (const name of findQuotaNames(headers, remaining, reset)) {
      const left = readHeader(headers, remaining + name);
      const text = readHeader(headers, reset + name);
      quotas.push({
        isExhausted: left === undefined ? undefined : Number.parseFloat(left) <= 0,
        resetInMs: text === undefined ? undefined : parseRetryAfter(text, nowMs),
      });
    }
  }
  return quotas;
}

/** What stands behind the names of two headers, wherever one of them came. */
function findQuotaNames(headers: ResponseHeaders, ...prefixes: readonly string[]): Set<string> {
  const names = new Set<string>();
  for (const header of Object.keys(headers)) {
    for (const prefix of prefixes) if (header.startsWith(prefix)) names.add(header.slice(prefix.length));
  }
  return names;
}

function parseStructuredQuotas(headers: ResponseHeaders): Quota[] {
  const text = readHeader(headers, STRUCTURED_HEADER);
  if (text === undefined) return [];
  if (OLD_FORM.test(text)) return [parseQuota(text, OLD_REMAINING, OLD_RESET)];
  return text.split(',').map((item) => parseQuota(item, ITEM_REMAINING, ITEM_RESET));
}

function parseQuota(text: string, remaining: RegExp, reset: RegExp): Quota {
  const [, left] = remaining.exec(text) ?? [];
  const [, seconds] = reset.exec(text) ?? [];
  return {
    isExhausted: left === undefined ? undefined : Number(left) === 0,
    resetInMs: seconds === undefined ? undefined : Number(seconds) * 1_000,
  };
}

/** One that came twice says nothing. */
function readHeader(headers: ResponseHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value.trim() : undefined;
}

/** Now, as epoch milliseconds, by the clock that dates of the answer were written by. */
function readServerNowMs(headers: ResponseHeaders): number {
  const told = Date.parse(readHeader(headers, 'date') ?? '');
  return Number.isNaN(told) ? Date.now() : told;
}

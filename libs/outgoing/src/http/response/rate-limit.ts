import type { ResponseHeaders, HttpResponse } from './http-response';
import { parseMilliseconds, parseRetryAfter, type RetryAfterParser } from './retry-after';

/**
 * Headers by which upstreams request a wait, the exact ones first. `Retry-After` is defined by HTTP (RFC 9110 §10.2.3); the others are
 * those of Azure and OpenAI, whose clients look for them first.
 */
const RETRY_AFTER_HEADERS: readonly (readonly [header: string, read: RetryAfterParser])[] = [
  ['retry-after-ms', parseMilliseconds],
  ['x-ms-retry-after-ms', parseMilliseconds],
  ['retry-after', parseRetryAfter],
];

/**
 * Headers of a quota: how much of it is left, and when it is reset. The suffix of either name is the name of the quota:
 * `x-ratelimit-reset-tokens` belongs to `x-ratelimit-remaining-tokens`.
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
  /** `undefined`: unknown. */
  readonly isExhausted: boolean | undefined;
  /** Milliseconds until it is reset. */
  readonly resetInMs: number | undefined;
}

/**
 * Whether the upstream throttles the call: by 429, or by a 403 that names a wait or an exhausted quota, as GitHub sends it.
 */
export function isThrottled({ status, headers }: Pick<HttpResponse, 'status' | 'headers'>): boolean {
  if (status === 429) return true;
  return (
    status === 403 &&
    (findRetryAfterHeaderMs(headers) !== undefined || findQuotas(headers).some(({ isExhausted }) => isExhausted))
  );
}

/**
 * Finds the milliseconds to wait before a request is repeated; `undefined` where the upstream names none. It does so by `Retry-After` and
 * similar headers, and where a call is throttled also by the reset of an exhausted quota. Dates are relative to the clock of the upstream,
 * if the response has its `Date`.
 */
export function findRetryAfterMs(response: Pick<HttpResponse, 'status' | 'headers'>): number | undefined {
  const { headers } = response;
  return findRetryAfterHeaderMs(headers) ?? (isThrottled(response) ? findQuotaResetMs(headers) : undefined);
}

/** Finds the milliseconds for which an upstream wants no calls: where it is unavailable, or a call is throttled. */
export function findHoldMs(response: Pick<HttpResponse, 'status' | 'headers'>): number | undefined {
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

/** Finds the latest reset of the quotas that are, or may be, exhausted. */
function findQuotaResetMs(headers: ResponseHeaders): number | undefined {
  const quotas = findQuotas(headers).filter(({ isExhausted }) => isExhausted !== false);
  const exhausted = quotas.filter(({ isExhausted }) => isExhausted);
  const waits = (exhausted.length > 0 ? exhausted : quotas).flatMap(({ resetInMs }) => resetInMs ?? []);
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

/** Finds the suffixes of two header names, wherever one of the headers is present. */
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

/** Reads a header; one that is present twice is ignored. */
function readHeader(headers: ResponseHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value.trim() : undefined;
}

/** Reads the present time in epoch milliseconds, by the clock of the upstream. */
function readServerNowMs(headers: ResponseHeaders): number {
  const dateMs = Date.parse(readHeader(headers, 'date') ?? '');
  return Number.isNaN(dateMs) ? Date.now() : dateMs;
}

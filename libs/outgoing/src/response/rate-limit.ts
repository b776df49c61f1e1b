import type { ResponseHeaders, RestResponse } from './rest-response';
import { readMilliseconds, readWait, type WaitReader } from './wait-values';

/**
 * The headers by which upstreams ask to be left alone, the exact ones first. `Retry-After` is HTTP's (RFC 9110 §10.2.3); the others
 * are those of Azure and OpenAI, whose clients look for them first.
 */
const WAITS: readonly (readonly [header: string, read: WaitReader])[] = [
  ['retry-after-ms', readMilliseconds],
  ['x-ms-retry-after-ms', readMilliseconds],
  ['retry-after', readWait],
];

/**
 * The headers that tell of a quota: how much of it is left, and when there is more. What stands behind either name is the name of the
 * quota: `x-ratelimit-reset-tokens` belongs to `x-ratelimit-remaining-tokens`.
 */
const QUOTAS: readonly { readonly remaining: string; readonly reset: string }[] = [
  { remaining: 'x-ratelimit-remaining', reset: 'x-ratelimit-reset' },
  { remaining: 'x-rate-limit-remaining', reset: 'x-rate-limit-reset' },
  { remaining: 'ratelimit-remaining', reset: 'ratelimit-reset' },
];
/** draft-ietf-httpapi-ratelimit-headers: `"default";r=0;t=30` since -08, `limit=100, remaining=0, reset=30` before. */
const STRUCTURED = 'ratelimit';
const ITEM_REMAINING = /;\s*r=(\d{1,15})/;
const ITEM_RESET = /;\s*t=(\d{1,15})/;
const OLD_REMAINING = /(?:^|,)\s*remaining=(\d{1,15})/;
const OLD_RESET = /(?:^|,)\s*reset=(\d{1,15})/;
const OLD_FORM = /^(?:limit|remaining|reset)=/;

/** A quota of an upstream. */
interface Quota {
  /** `undefined`: it is not told. */
  readonly isSpent: boolean | undefined;
  /** Milliseconds until there is more of it. */
  readonly waitMs: number | undefined;
}

/**
 * Does the upstream reject a call because there have been too many? By 429, or by a 403 that says when to come back or that nothing is
 * left, as GitHub's does.
 */
export function isThrottled({ status, headers }: Pick<RestResponse, 'status' | 'headers'>): boolean {
  if (status === 429) return true;
  return status === 403 && (findWait(headers) !== undefined || findQuotas(headers).some(({ isSpent }) => isSpent));
}

/**
 * How long to wait before the same is sent again, in milliseconds; `undefined` where the upstream does not say. It does so by
 * `Retry-After` and its kin, and where a call is throttled also by when a quota that is spent is filled again. Dates are taken by the
 * upstream's own clock, if it tells it.
 */
export function findWaitMs(response: Pick<RestResponse, 'status' | 'headers'>): number | undefined {
  const { headers } = response;
  return findWait(headers) ?? (isThrottled(response) ? findRefill(headers) : undefined);
}

/** For how long an upstream asks to be left alone by everybody: where it is unavailable, or a call is throttled. */
export function findPauseMs(response: Pick<RestResponse, 'status' | 'headers'>): number | undefined {
  return response.status === 503 || isThrottled(response) ? findWaitMs(response) : undefined;
}

function findWait(headers: ResponseHeaders): number | undefined {
  for (const [header, read] of WAITS) {
    const text = findText(headers, header);
    const waitMs = text === undefined ? undefined : read(text, findNow(headers));
    if (waitMs !== undefined) return waitMs;
  }
  return undefined;
}

/** Of the quotas that are spent or may be, the one that takes longest. */
function findRefill(headers: ResponseHeaders): number | undefined {
  const quotas = findQuotas(headers).filter(({ isSpent }) => isSpent !== false);
  const spent = quotas.filter(({ isSpent }) => isSpent);
  const waits = (spent.length > 0 ? spent : quotas).flatMap(({ waitMs }) => waitMs ?? []);
  return waits.length > 0 ? Math.max(...waits) : undefined;
}

function findQuotas(headers: ResponseHeaders): Quota[] {
  const quotas = findStructured(headers);
  const nowMs = findNow(headers);
  for (const { remaining, reset } of QUOTAS) {
    for (const name of findNames(headers, remaining, reset)) {
      const left = findText(headers, remaining + name);
      const text = findText(headers, reset + name);
      quotas.push({
        isSpent: left === undefined ? undefined : Number.parseFloat(left) <= 0,
        waitMs: text === undefined ? undefined : readWait(text, nowMs),
      });
    }
  }
  return quotas;
}

/** What stands behind the names of two headers, wherever one of them came. */
function findNames(headers: ResponseHeaders, ...prefixes: readonly string[]): Set<string> {
  const names = new Set<string>();
  for (const header of Object.keys(headers)) {
    for (const prefix of prefixes) if (header.startsWith(prefix)) names.add(header.slice(prefix.length));
  }
  return names;
}

function findStructured(headers: ResponseHeaders): Quota[] {
  const text = findText(headers, STRUCTURED);
  if (text === undefined) return [];
  if (OLD_FORM.test(text)) return [quotaIn(text, OLD_REMAINING, OLD_RESET)];
  return text.split(',').map((item) => quotaIn(item, ITEM_REMAINING, ITEM_RESET));
}

function quotaIn(text: string, remaining: RegExp, reset: RegExp): Quota {
  const [, left] = remaining.exec(text) ?? [];
  const [, seconds] = reset.exec(text) ?? [];
  return {
    isSpent: left === undefined ? undefined : Number(left) === 0,
    waitMs: seconds === undefined ? undefined : Number(seconds) * 1_000,
  };
}

/** One that came twice says nothing. */
function findText(headers: ResponseHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value.trim() : undefined;
}

/** Now, as epoch milliseconds, by the clock that dates of the answer were written by. */
function findNow(headers: ResponseHeaders): number {
  const told = Date.parse(findText(headers, 'date') ?? '');
  return Number.isNaN(told) ? Date.now() : told;
}

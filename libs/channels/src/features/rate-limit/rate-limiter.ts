import { createHash } from 'node:crypto';
import { type BusError, createFailure } from '@trunkline/failures';
import { type Caller, findClientNetwork, createCallerKey } from '@trunkline/security';
import { OutageLog, type RateClaim, type RateCounter, type RateDecision } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import { formatDuration } from '@trunkline/time';
import type { RoutedRequest, OnRequestStep } from '@trunkline/http-server';
import type { RateLimit, RateLimitSubject } from './rate-limit';
import { RateLimitHeaders } from './rate-limit-headers';

/** Longer names, as foreign tokens may have, are replaced by their digest. */
const MAX_NAME_LENGTH = 64;

/** The sender of a request. */
interface Requester {
  /** The client address, behind trusted proxies. */
  readonly ip: string;
  /** The authenticated caller. */
  readonly caller?: Omit<Caller, 'scopes'> | undefined;
}

/** Applies rate limits to the requests of channels. While the store is unavailable, requests pass. */
export class RateLimiter {
  readonly #counter: RateCounter;
  readonly #outage: OutageLog;

  constructor(counter: RateCounter, logger: Logger) {
    this.#counter = counter;
    this.#outage = new OutageLog({
      logger,
      downMessage: 'rate limits are not applied: their store is unavailable, and requests pass',
      recoveredMessage: 'rate limits are applied again',
    });
  }

  /**
   * Creates the step that applies the limits of a channel. Each channel counts for itself.
   *
   * @param channel - its name
   * @returns a step that throws `RATE_LIMIT_EXCEEDED`
   */
  createStep(channel: string, limits: readonly RateLimit[]): OnRequestStep {
    const headers = new RateLimitHeaders(limits);
    const subjects = limits.map(({ by, bucket, policy }) => ({
      by,
      window: bucket,
      prefix: `{${channel}}:${policy}:`,
    }));
    const createClaims = (requester: Requester): RateClaim[] =>
      subjects.map(({ by, window, prefix }) => ({ bucket: window, key: prefix + toSubjectKey(by, requester) }));

    return (request) => {
      const decide = ({ isAllowed, debtsMs }: RateDecision) => {
        if (isAllowed) return addResponseHeaders(request, headers.createHeaders(debtsMs));
        const waitMs = getMaxWaitMs(limits, debtsMs);
        addResponseHeaders(request, headers.createHeaders(debtsMs, waitMs));
        throw createRateLimitFailure(limits, debtsMs, waitMs);
      };
      const decision = this.#counter.take(createClaims(request));
      if (!(decision instanceof Promise)) return decide(decision);
      return this.#awaitDecision(decision).then((counted) => {
        if (counted) decide(counted);
        else addResponseHeaders(request, headers.createPolicyHeaders());
      });
    };
  }

  async #awaitDecision(decision: Promise<RateDecision>): Promise<RateDecision | undefined> {
    try {
      const counted = await decision;
      this.#outage.recordSuccess();
      return counted;
    } catch (thrown) {
      this.#outage.recordFailure(thrown instanceof Error ? thrown : new Error(String(thrown)));
      return undefined;
    }
  }
}

function addResponseHeaders(request: RoutedRequest, headers: Record<string, string>): void {
  const { responseHeaders } = request;
  request.responseHeaders = responseHeaders ? { ...responseHeaders, ...headers } : headers;
}

function toSubjectKey(by: RateLimitSubject, { ip, caller }: Requester): string {
  if (by === 'channel') return '';
  const isCaller = by === 'caller' && caller;
  return hashIfLong(isCaller ? `caller:${createCallerKey(caller)}` : `ip:${findClientNetwork(ip)}`);
}

function hashIfLong(name: string): string {
  return name.length <= MAX_NAME_LENGTH ? name : createHash('sha256').update(name).digest('base64url');
}

const SUBJECT_PHRASES: Readonly<Record<RateLimitSubject, string>> = {
  caller: 'of one caller',
  ip: 'from one client address',
  channel: 'of all callers together',
};

/** Milliseconds until all limits allow another request. */
function getMaxWaitMs(limits: readonly RateLimit[], debtsMs: readonly number[]): number {
  return Math.max(...limits.map(({ bucket }, index) => bucket.getWaitMs(debtsMs[index] ?? 0)));
}

function createRateLimitFailure(limits: readonly RateLimit[], debtsMs: readonly number[], waitMs: number): BusError {
  const violated = limits.filter(({ bucket }, index) => bucket.getWaitMs(debtsMs[index] ?? 0) > 0);
  const texts = violated.map(({ by, bucket: { limit, perMs, burst } }) => {
    const atOnce = burst === limit ? '' : `, ${burst} at once`;
    return `${limit} requests ${SUBJECT_PHRASES[by]} in ${formatDuration(perMs)}${atOnce}`;
  });
  return createFailure('RATE_LIMIT_EXCEEDED', {
    detail: `at most ${texts.join(', and ')}`,
    retryAfter: waitMs / 1_000,
    data: { 'violated-policies': violated.map(({ policy }) => policy) },
  });
}

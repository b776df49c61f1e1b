import { createHash } from 'node:crypto';
import { type BusError, failureOf } from '@trunkline/failures';
import { type Caller, clientNetworkOf, identifyCaller } from '@trunkline/security';
import { OutageLog, type RateClaim, type RateCounter, type RateDecision } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import { formatDuration } from '@trunkline/time';
import type { GuardedRequest, GuardStep } from '../guard';
import type { RateLimit, RateLimitSubject } from './rate-limit';
import { RateLimitHeaders } from './rate-limit-headers';

// Looked up once. What another lib exports is a getter of an object that V8 keeps as a hash table: 0.1 µs each time.
const nameOf = identifyCaller;
const networkOf = clientNetworkOf;

/** Longer names, which tokens of strangers may have, are kept by their digest. */
const LONGEST_NAME = 64;

/** Of a request, what tells whose it is. */
interface Requester {
  /** Behind the proxies that are trusted. */
  readonly ip: string;
  /** The authenticated caller. */
  readonly caller?: Omit<Caller, 'scopes'> | undefined;
}

/** Holds the requests of channels to their limits. A request that cannot be counted passes. */
export class RateLimiter {
  readonly #counter: RateCounter;
  readonly #outage: OutageLog;

  constructor(counter: RateCounter, logger: Logger) {
    this.#counter = counter;
    this.#outage = new OutageLog({
      logger,
      down: 'rate limits are not kept: their store does not answer, and requests pass',
      back: 'rate limits are kept again',
    });
  }

  /**
   * The step in which a channel holds its requests to its limits; each channel counts for itself.
   *
   * @throws {BusError} `RATE_LIMIT_EXCEEDED`, from the step
   */
  stepOf(channel: string, limits: readonly RateLimit[]): GuardStep {
    const headers = new RateLimitHeaders(limits);
    const subjects = limits.map(({ by, window, policy }) => ({ by, window, prefix: `{${channel}}:${policy}:` }));
    const claimsOf = (requester: Requester): RateClaim[] =>
      subjects.map(({ by, window, prefix }) => ({ window, key: prefix + subjectOf(by, requester) }));

    return (request) => {
      const decide = ({ isAllowed, debtsMs }: RateDecision) => {
        if (isAllowed) return mark(request, headers.after(debtsMs));
        const waitMs = longestWait(limits, debtsMs);
        mark(request, headers.after(debtsMs, waitMs));
        throw refusalOf(limits, debtsMs, waitMs);
      };
      const decision = this.#counter.take(claimsOf(request));
      if (!(decision instanceof Promise)) return decide(decision);
      return this.#counted(decision).then((counted) => {
        if (counted) decide(counted);
        else mark(request, headers.uncounted());
      });
    };
  }

  async #counted(decision: Promise<RateDecision>): Promise<RateDecision | undefined> {
    try {
      const counted = await decision;
      this.#outage.succeeded();
      return counted;
    } catch (thrown) {
      this.#outage.failed(thrown instanceof Error ? thrown : new Error(String(thrown)));
      return undefined;
    }
  }
}

function mark(request: GuardedRequest, headers: Record<string, string>): void {
  const { answerHeaders } = request;
  request.answerHeaders = answerHeaders ? { ...answerHeaders, ...headers } : headers;
}

function subjectOf(by: RateLimitSubject, { ip, caller }: Requester): string {
  if (by === 'channel') return '';
  const isCaller = by === 'caller' && caller;
  return shortened(isCaller ? `caller:${nameOf(caller)}` : `ip:${networkOf(ip)}`);
}

function shortened(name: string): string {
  return name.length <= LONGEST_NAME ? name : createHash('sha256').update(name).digest('base64url');
}

const OF_WHOM: Readonly<Record<RateLimitSubject, string>> = {
  caller: 'of one caller',
  ip: 'from one client address',
  channel: 'of all callers together',
};

/** Milliseconds until all limits allow one more. */
function longestWait(limits: readonly RateLimit[], debtsMs: readonly number[]): number {
  return Math.max(...limits.map(({ window }, index) => window.waitAt(debtsMs[index] ?? 0)));
}

function refusalOf(limits: readonly RateLimit[], debtsMs: readonly number[], waitMs: number): BusError {
  const violated = limits.filter(({ window }, index) => window.waitAt(debtsMs[index] ?? 0) > 0);
  const texts = violated.map(({ by, window: { limit, perMs, burst } }) => {
    const atOnce = burst === limit ? '' : `, ${burst} at once`;
    return `${limit} requests ${OF_WHOM[by]} in ${formatDuration(perMs)}${atOnce}`;
  });
  return failureOf('RATE_LIMIT_EXCEEDED', {
    detail: `not more than ${texts.join(', and ')}`,
    retryAfter: waitMs / 1_000,
    data: { 'violated-policies': violated.map(({ policy }) => policy) },
  });
}

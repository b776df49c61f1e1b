import type { RateLimit } from './rate-limit';

/**
 * The headers that tell clients of the limits of a channel: `RateLimit-Policy` and `RateLimit` for all of them
 * (draft-ietf-httpapi-ratelimit-headers-11, as lists of structured fields, RFC 9651), and the usual `X-RateLimit-…` for the one that
 * is closest to being reached.
 */
export class RateLimitHeaders {
  readonly #policies: string;
  readonly #limits: readonly RateLimit[];

  constructor(limits: readonly RateLimit[]) {
    this.#limits = limits;
    this.#policies = limits
      .map(({ policy, bucket }) => `"${policy}";q=${bucket.limit};w=${bucket.perMs / 1_000}`)
      .join(', ');
  }

  /** What can be said of a request that could not be counted. */
  createPolicyHeaders(): Record<string, string> {
    return { 'ratelimit-policy': this.#policies };
  }

  /**
   * What is left, and the seconds until there is more of it.
   *
   * @param debtsMs - for each limit, in their order, the milliseconds until nothing of it is used up
   * @param longestMs - `Retry-After`, in milliseconds, where the request is rejected: it must not be earlier than any `t` beside it, so
   *   that a limit which is not the reason has none where its own is longer
   */
  createHeaders(debtsMs: readonly number[], longestMs = Infinity): Record<string, string> {
    let fields = '';
    let least = { limit: 0, remaining: Infinity, reset: 0 };
    for (const [index, { policy, bucket }] of this.#limits.entries()) {
      const debtMs = debtsMs[index] ?? 0;
      const remaining = bucket.getRemaining(debtMs);
      const refillMs = bucket.getRefillMs(debtMs);
      const reset = Math.ceil(refillMs / 1_000);
      fields += `${index === 0 ? '' : ', '}"${policy}";r=${remaining}`;
      if (refillMs <= longestMs) fields += `;t=${reset}`;
      const isLess = remaining < least.remaining || (remaining === least.remaining && reset > least.reset);
      if (isLess) least = { limit: bucket.limit, remaining, reset };
    }
    // One literal: a spread in front of further members costs 3 µs.
    return {
      'ratelimit-policy': this.#policies,
      ratelimit: fields,
      'x-ratelimit-limit': String(least.limit),
      'x-ratelimit-remaining': String(least.remaining),
      'x-ratelimit-reset': String(least.reset),
    };
  }
}

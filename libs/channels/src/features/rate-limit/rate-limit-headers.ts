import type { RateLimit } from './rate-limit';

/**
 * The response headers of the limits of a channel: `RateLimit-Policy` and `RateLimit` for all limits
 * (draft-ietf-httpapi-ratelimit-headers-11, as lists of structured fields, RFC 9651), and the usual `X-RateLimit-…` for the limit that
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

  /** Creates the headers for a request that could not be counted. */
  createPolicyHeaders(): Record<string, string> {
    return { 'ratelimit-policy': this.#policies };
  }

  /**
   * Creates the headers for a counted request: what remains of each limit, and the seconds until more of it is available.
   *
   * @param debtsMs - for each limit, in order, the milliseconds until all of it is available
   * @param longestMs - `Retry-After` of a rejected request, in milliseconds: a longer `t` is left out, since no `t` may be later than
   *   `Retry-After`
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
    // One literal: a spread before further members is slow.
    return {
      'ratelimit-policy': this.#policies,
      ratelimit: fields,
      'x-ratelimit-limit': String(least.limit),
      'x-ratelimit-remaining': String(least.remaining),
      'x-ratelimit-reset': String(least.reset),
    };
  }
}

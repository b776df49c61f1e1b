import type { TokenBucket } from './token-bucket';

/** One request to be counted against one limit. */
export interface RateClaim {
  readonly bucket: TokenBucket;
  /** Requests with the same key are counted together. */
  readonly key: string;
}

/** The decision about a request. */
export interface RateDecision {
  readonly isAllowed: boolean;
  /** For each claim, the debt of its key after the request, see {@link TokenBucket}. */
  readonly debtsMs: readonly number[];
}

/** Counts requests against limits. Returns a promise only if the store is asynchronous. */
export abstract class RateCounter {
  /**
   * Counts a request against all of its limits, or against none if one of them rejects it. Concurrent requests are counted one after the
   * other.
   *
   * @throws {BusError} `STORE_UNAVAILABLE`, as a rejection, when the store does not respond within its time limit
   */
  abstract take(claims: readonly RateClaim[]): RateDecision | Promise<RateDecision>;
}

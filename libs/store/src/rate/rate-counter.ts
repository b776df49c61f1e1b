import type { TokenBucket } from './token-bucket';

/** One request, as one limit sees it. */
export interface RateClaim {
  readonly bucket: TokenBucket;
  /** Whose requests are counted together. */
  readonly key: string;
}

/** What came of a request. */
export interface RateDecision {
  readonly isAllowed: boolean;
  /** For each claim, the debt of its key after the request: see {@link TokenBucket}. */
  readonly debtsMs: readonly number[];
}

/** Counts requests against limits. Gives a promise only where there is something to wait for. */
export abstract class RateCounter {
  /**
   * Counts a request against all of its limits, or, when one of them does not allow it, against none. Requests that come at the
   * same time are counted one after the other.
   *
   * @throws {BusError} `STORE_UNAVAILABLE`, as a rejection, when the store does not answer within its time limit
   */
  abstract take(claims: readonly RateClaim[]): RateDecision | Promise<RateDecision>;
}

/** Sums of fractions of a millisecond miss what they stand for by less. */
const TOLERANCE_MS = 0.001;

/** How many requests are allowed in which time. */
export interface TokenBucketOptions {
  /** Requests in `perMs`, in the long run. */
  readonly limit: number;
  readonly perMs: number;
  /** Requests that may come all at once. Default: `limit`. */
  readonly burst?: number;
}

/**
 * One limit: a token bucket that holds `burst` requests and is refilled at an even pace of `limit` in `perMs`, in the form of the
 * generic cell rate algorithm (ITU-T I.371): all that has to be kept of a caller is one instant, when its bucket will be full.
 * Any stretch of `perMs` lets through at most `burst` + `limit` requests.
 *
 * What its methods are asked with is a debt: the milliseconds until the bucket is full.
 */
export class TokenBucket {
  readonly limit: number;
  readonly perMs: number;
  readonly burst: number;
  /** Each request costs so many milliseconds of refilling. */
  readonly costMs: number;
  /** The greatest debt at which one more request is allowed. */
  readonly maxDebtMs: number;

  /** @throws {RangeError} when one of the options is not a number above 0 */
  constructor({ limit, perMs, burst = limit }: TokenBucketOptions) {
    for (const [name, value] of Object.entries({ limit, perMs, burst }))
      if (!(value > 0)) throw new RangeError(`${name} of a rate window is a number above 0, not ${value}`);
    this.limit = limit;
    this.perMs = perMs;
    this.burst = burst;
    this.costMs = perMs / limit;
    this.maxDebtMs = this.costMs * (burst - 1) + TOLERANCE_MS;
  }

  /** How many requests may come now. */
  getRemaining(debtMs: number): number {
    const left = Math.floor(this.burst - (debtMs - TOLERANCE_MS) / this.costMs);
    return Math.min(Math.max(0, left), this.burst);
  }

  /** Milliseconds until one request more may come than now; 0 when all of the burst may. */
  getRefillMs(debtMs: number): number {
    const remaining = this.getRemaining(debtMs);
    return remaining === this.burst ? 0 : Math.max(0, debtMs - this.costMs * (this.burst - 1 - remaining));
  }

  /** Milliseconds until one more request is allowed; 0 when it is now. */
  getWaitMs(debtMs: number): number {
    return debtMs <= this.maxDebtMs ? 0 : debtMs - this.costMs * (this.burst - 1);
  }
}

/** More than the rounding error of sums of milliseconds. */
const TOLERANCE_MS = 0.001;

/** The rate and burst of a limit. */
export interface TokenBucketOptions {
  /** Requests per `perMs`, in the long run. */
  readonly limit: number;
  readonly perMs: number;
  /** Requests that are allowed at once. Default: `limit`. */
  readonly burst?: number;
}

/**
 * A rate limit: a token bucket that holds `burst` requests and is refilled evenly at `limit` per `perMs`, as generic cell rate algorithm
 * (ITU-T I.371), which stores a single instant per key: when its bucket will be full. Any period of `perMs` allows at most
 * `burst` + `limit` requests.
 *
 * The parameter of the methods is a debt: the milliseconds until the bucket is full.
 */
export class TokenBucket {
  readonly limit: number;
  readonly perMs: number;
  readonly burst: number;
  /** Cost of a request, in milliseconds of refilling. */
  readonly costMs: number;
  /** Maximum debt at which another request is allowed. */
  readonly maxDebtMs: number;

  /** @throws {RangeError} when an option is not a number above 0 */
  constructor({ limit, perMs, burst = limit }: TokenBucketOptions) {
    for (const [name, value] of Object.entries({ limit, perMs, burst }))
      if (!(value > 0)) throw new RangeError(`expected ${name} of a rate limit to be a number above 0, got ${value}`);
    this.limit = limit;
    this.perMs = perMs;
    this.burst = burst;
    this.costMs = perMs / limit;
    this.maxDebtMs = this.costMs * (burst - 1) + TOLERANCE_MS;
  }

  /** Number of requests that are allowed now. */
  getRemaining(debtMs: number): number {
    const left = Math.floor(this.burst - (debtMs - TOLERANCE_MS) / this.costMs);
    return Math.min(Math.max(0, left), this.burst);
  }

  /** Milliseconds until the number of allowed requests grows by one; 0 if the bucket is full. */
  getRefillMs(debtMs: number): number {
    const remaining = this.getRemaining(debtMs);
    return remaining === this.burst ? 0 : Math.max(0, debtMs - this.costMs * (this.burst - 1 - remaining));
  }

  /** Milliseconds until a request is allowed; 0 if one is allowed now. */
  getWaitMs(debtMs: number): number {
    return debtMs <= this.maxDebtMs ? 0 : debtMs - this.costMs * (this.burst - 1);
  }
}

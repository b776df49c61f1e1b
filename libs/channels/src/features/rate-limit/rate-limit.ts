import type { TokenBucket } from '@trunkline/store';

/** Whose requests are counted together: those of a caller, of a client address, or all of a channel. */
export type RateLimitSubject = 'caller' | 'ip' | 'channel';

/** One limit of a channel. */
export interface RateLimit {
  /** The name by which clients are told of it: `per-caller-1m`. */
  readonly policy: string;
  readonly by: RateLimitSubject;
  readonly bucket: TokenBucket;
}

import type { TokenBucket } from '@trunkline/store';

/** What requests are counted by: the caller, the client address, or the channel. */
export type RateLimitSubject = 'caller' | 'ip' | 'channel';

/** One limit of a channel. */
export interface RateLimit {
  /** Name of the limit in response headers and errors: `per-caller-1m`. */
  readonly policy: string;
  readonly by: RateLimitSubject;
  readonly bucket: TokenBucket;
}

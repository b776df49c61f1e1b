import type { z } from 'zod';
import type { ChannelFeature } from '../../channel-feature';
import type { ConfiguredChannel } from '../../http/channel';
import type { RateLimit } from './rate-limit';
import type { RateLimiter } from './rate-limiter';
import { rateLimitOption, toRateLimits } from './rate-limit-options';

type Options = {
  readonly rateLimit?: z.output<typeof rateLimitOption> | undefined;
};

type Dependencies = {
  readonly rateLimiter: RateLimiter;
};

const COUNT = { type: 'integer', minimum: 0 };

const RESPONSE_HEADERS = {
  RateLimit: {
    description: 'Remaining requests of each limit (`r`), and seconds until more are available (`t`)',
    schema: { type: 'string' },
  },
  'RateLimit-Policy': {
    description: 'The limits by name: requests (`q`) per seconds (`w`)',
    schema: { type: 'string' },
  },
  'X-RateLimit-Limit': { description: 'Requests of the limit that is closest to being reached', schema: COUNT },
  'X-RateLimit-Remaining': { description: 'Remaining requests of that limit', schema: COUNT },
  'X-RateLimit-Reset': { description: 'Seconds until that limit has more requests available', schema: COUNT },
};

/** Rejects requests beyond the limits of a channel, or of the bus where the channel has none. */
export const rateLimit = {
  options: { rateLimit: rateLimitOption.optional() },
  onRequest(channel, { rateLimiter }) {
    const limits = listLimits(channel);
    return limits.length > 0 ? rateLimiter.createStep(channel.name, limits) : undefined;
  },
  describe: (channel) =>
    listLimits(channel).length > 0 ? { headers: RESPONSE_HEADERS, codes: ['RATE_LIMIT_EXCEEDED'] } : {},
} satisfies ChannelFeature<Options, Dependencies>;

function listLimits({ options, bus }: ConfiguredChannel<Options>): readonly RateLimit[] {
  return toRateLimits(options.rateLimit ?? bus.rateLimit);
}

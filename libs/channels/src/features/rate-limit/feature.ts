import type { z } from 'zod';
import type { ChannelFeature } from '../../channel-feature';
import type { ConfiguredChannel } from '../../rest/channel';
import type { RateLimit } from './rate-limit';
import type { RateLimiter } from './rate-limiter';
import { rateLimitOption, toRateLimits } from './rate-limit-section';

type Options = {
  readonly rateLimit?: z.output<typeof rateLimitOption> | undefined;
};

type Dependencies = {
  readonly rateLimiter: RateLimiter;
};

const COUNT = { type: 'integer', minimum: 0 };

const RESPONSE_HEADERS = {
  RateLimit: {
    description: 'What is left of each limit (`r`), and seconds until there is more of it (`t`)',
    schema: { type: 'string' },
  },
  'RateLimit-Policy': {
    description: 'The limits by name: how many requests (`q`) in how many seconds (`w`)',
    schema: { type: 'string' },
  },
  'X-RateLimit-Limit': { description: 'Of the limit that is closest to being reached: how many', schema: COUNT },
  'X-RateLimit-Remaining': { description: 'Of that limit: how many are left', schema: COUNT },
  'X-RateLimit-Reset': { description: 'Of that limit: seconds until there is more of it', schema: COUNT },
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

import { duration, switchable } from '@trunkline/config';
import { TokenBucket } from '@trunkline/store';
import { formatDuration } from '@trunkline/time';
import { z } from 'zod';
import type { RateLimit } from './rate-limit';

const MAX_REQUESTS = 1_000_000;

const requests = () =>
  z
    .int({ error: `expected a whole number from 1 to ${MAX_REQUESTS}` })
    .min(1)
    .max(MAX_REQUESTS);

const window = z.strictObject({
  limit: requests().describe('Requests in `per`, in the long run'),
  per: duration({ min: '1s', max: '366d' })
    .refine((ms) => ms % 1_000 === 0, 'expected whole seconds')
    .describe('The time that `limit` is for, in whole seconds'),
  by: z
    .enum(['caller', 'ip', 'channel'])
    .default('caller')
    .describe(
      'Whose requests are counted together: those of an authenticated caller (of a client address where there is none), of a client address (of a /64 where it is IPv6), or all of the channel',
    ),
  burst: requests().optional().describe('Requests that may come all at once. Default: `limit`'),
});

const windows = z
  .array(window)
  .min(1)
  .refine(
    (all) => new Set(all.map(formatPolicyName)).size === all.length,
    'expected limits that differ in `by` or `per`',
  );

/** How many requests a channel takes: one limit, or several that all have to be kept; `off` where the bus has one for all. */
export const rateLimitOption = switchable(z.union([windows, window])).describe(
  'How many requests are let through; one limit or a list of limits that are all kept',
);

/** The limits that a configuration describes; none where it has none. */
export function toRateLimits(option: z.infer<typeof rateLimitOption> = 'off'): readonly RateLimit[] {
  if (option === 'off') return [];
  return [option].flat().map((options) => {
    const { limit, per, by, burst = limit } = options;
    return { policy: formatPolicyName(options), by, bucket: new TokenBucket({ limit, perMs: per, burst }) };
  });
}

function formatPolicyName({ by, per }: z.infer<typeof window>): string {
  return `per-${by}-${formatDuration(per)}`;
}

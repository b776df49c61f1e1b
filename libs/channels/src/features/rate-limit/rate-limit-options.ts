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
  limit: requests().describe('Requests per `per`, on average'),
  per: duration({ min: '1s', max: '366d' })
    .refine((ms) => ms % 1_000 === 0, 'expected whole seconds')
    .describe('The time that `limit` applies to, in whole seconds'),
  by: z
    .enum(['caller', 'ip', 'channel'])
    .default('caller')
    .describe(
      'Requests that are counted together: those of an authenticated caller (without one, of a client address), of a client address (of a /64 of IPv6), or all requests of the channel',
    ),
  burst: requests().optional().describe('Requests that may arrive at once. Default: `limit`'),
});

const windows = z
  .array(window)
  .min(1)
  .refine(
    (all) => new Set(all.map(formatPolicyName)).size === all.length,
    'expected limits that differ in `by` or `per`',
  );

/** `rateLimit` of a channel or of the bus: one limit or several, all of which apply; `off` for a channel without the limits of the bus. */
export const rateLimitOption = switchable(z.union([windows, window])).describe(
  'Limit of requests, or a list of limits that all apply',
);

/** Converts the option to limits. */
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

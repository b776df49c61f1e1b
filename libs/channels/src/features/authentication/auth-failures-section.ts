import { duration, switchable } from '@trunkline/config';
import { z } from 'zod';

/** `bus.authFailures`: how fast credentials can be guessed from one address. */
export const authFailuresOption = switchable(
  z.strictObject({
    limit: z
      .int({ error: 'expected a whole number from 1 to 1000000' })
      .min(1)
      .max(1_000_000)
      .default(30)
      .describe('Wrong credentials in `per`, in the long run and at once'),
    per: duration({ min: '1s', max: '1d' }).prefault('1m').describe('The time that `limit` is for'),
  }),
).describe(
  'How many wrong credentials (keys, tokens, user names with passwords) one client address may show, a /64 where it is IPv6, over all channels: 429 `RATE_LIMIT_EXCEEDED` beyond; off: as many as it likes',
);

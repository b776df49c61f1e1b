import { duration, switchable } from '@trunkline/config';
import { z } from 'zod';

/** `bus.authFailures`: the limit of wrong credentials per client address. */
export const authFailuresOption = switchable(
  z.strictObject({
    limit: z
      .int({ error: 'expected a whole number from 1 to 1000000' })
      .min(1)
      .max(1_000_000)
      .default(30)
      .describe('Wrong credentials per `per`, on average and at once'),
    per: duration({ min: '1s', max: '1d' }).prefault('1m').describe('The time that `limit` applies to'),
  }),
).describe(
  'Limit of wrong credentials (keys, tokens, user names with passwords) per client address (per /64 of IPv6), over all channels: 429 `RATE_LIMIT_EXCEEDED` beyond it; off: no limit',
);

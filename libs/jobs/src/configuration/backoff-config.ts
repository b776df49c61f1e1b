import { duration } from '@trunkline/config';
import { z } from 'zod';

/** Backoff between attempts, which doubles each time. */
export const backoffConfig = z.strictObject({
  initial: duration({ min: 1 })
    .prefault('1s')
    .describe('Longest wait after the first attempt. It doubles after each further one'),
  max: duration({ min: 1 }).prefault('5m').describe('Longest wait after any attempt'),
});

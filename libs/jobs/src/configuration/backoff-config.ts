import { duration } from '@trunkline/config';
import { z } from 'zod';

/** How long to wait between attempts: twice as long each time. */
export const backoffConfig = z.strictObject({
  initial: duration({ min: 1 })
    .prefault('1s')
    .describe('After the first attempt; twice as long after each further one'),
  max: duration({ min: 1 }).prefault('5m').describe('The longest'),
});

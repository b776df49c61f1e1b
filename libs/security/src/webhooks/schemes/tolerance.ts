import { duration } from '@trunkline/config';

/** `tolerance` of schemes with a timestamp: the default of Standard Webhooks and Stripe. */
export const tolerance = duration({ min: '1s', max: '1h' })
  .prefault('5m')
  .describe('How far the timestamp of a delivery may differ from the time of the bus');

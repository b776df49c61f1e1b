import { duration, switchable } from '@trunkline/config';
import { z } from 'zod';

const limits = z.strictObject({
  eventLoopDelay: duration({ min: 1, max: '10s' })
    .prefault('100ms')
    .describe('Maximum time that a request waits for the event loop'),
  inFlight: z.int().min(1).max(1_000_000).default(5_000).describe('Maximum number of requests in flight'),
});

/** Schema of `bus.http.overload`: the limits of load shedding, or `off`. */
export const overloadOption = switchable(limits);

/** Limits of load shedding: the longest wait for the event loop, in milliseconds, and the number of requests in flight. */
export type OverloadLimits = Readonly<z.output<typeof limits>>;

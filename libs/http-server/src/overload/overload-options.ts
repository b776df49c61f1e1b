import { duration, switchable } from '@trunkline/config';
import { z } from 'zod';

const limits = z.strictObject({
  eventLoopDelay: duration({ min: 1, max: '10s' })
    .prefault('100ms')
    .describe('The longest a request may wait for the event loop to come to it'),
  inFlight: z.int().min(1).max(1_000_000).default(5_000).describe('Most requests under way at once'),
});

/** `bus.http.overload`: when the server sheds load. */
export const overloadOption = switchable(limits);

/** Limits of load shedding: the longest wait for the event loop, in milliseconds, and the number of requests in flight. */
export type OverloadLimits = Readonly<z.output<typeof limits>>;

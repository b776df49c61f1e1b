import { duration } from '@trunkline/config';
import { z } from 'zod';

const share = () => z.number().min(0).max(1);

/** Trouble on purpose, to see how services and clients take it. */
export const chaosSection = z
  .strictObject({
    probability: share().default(1).describe('Share of attempts that are troubled, from 0 to 1'),
    latency: duration({ min: 1, max: '1d' })
      .optional()
      .describe('How long those are held up before anything else happens'),
    errorRate: share()
      .default(0)
      .describe('Share of those that are answered with `status`, without asking the upstream'),
    status: z.int().min(400).max(599).default(503).describe('What they are answered with'),
    reset: share().default(0).describe('Share of those whose connection breaks off once the request is sent'),
  })
  .refine(({ errorRate, reset }) => errorRate + reset <= 1, {
    error: 'expected `errorRate` and `reset` of 1 at most, together',
  })
  .refine(({ latency, errorRate, reset }) => latency !== undefined || errorRate + reset > 0, {
    error: 'expected a `latency`, an `errorRate` or a `reset`',
  });

/** Trouble as it is configured; `latency` in milliseconds. */
export type ChaosSettings = z.output<typeof chaosSection>;

import { duration } from '@trunkline/config';
import { z } from 'zod';

const share = () => z.number().min(0).max(1);

/** Faults on purpose, to rehearse how services and clients handle them. */
export const chaosSection = z
  .strictObject({
    probability: share().default(1).describe('Share of attempts that are affected, from 0 to 1'),
    latency: duration({ min: 1, max: '1d' })
      .optional()
      .describe('How long these are delayed before anything else happens'),
    errorRate: share().default(0).describe('Share of these that end with `status`, without a request to the upstream'),
    status: z.int().min(400).max(599).default(503).describe('Status of these responses'),
    reset: share().default(0).describe('Share of these whose connection is lost once the request is sent'),
  })
  .refine(({ errorRate, reset }) => errorRate + reset <= 1, {
    error: 'expected `errorRate` and `reset` of 1 at most, together',
  })
  .refine(({ latency, errorRate, reset }) => latency !== undefined || errorRate + reset > 0, {
    error: 'expected a `latency`, an `errorRate` or a `reset`',
  });

/** Configured faults; `latency` in milliseconds. */
export type ChaosSettings = z.output<typeof chaosSection>;

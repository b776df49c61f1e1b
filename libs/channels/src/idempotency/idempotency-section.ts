import { duration } from '@trunkline/config';
import { z } from 'zod';
import type { ChannelIdempotency } from '../channel';

/** As long as Stripe keeps them at the least ("Idempotent requests"). */
const KEEP = '24h';
const KEEP_MS = 86_400_000;

/** `idempotency` of a channel. */
export const idempotency = z
  .union([
    z.enum(['off', 'optional', 'required']),
    z.strictObject({
      mode: z.enum(['optional', 'required']).describe('Whether a request without an Idempotency-Key is taken'),
      keep: duration({ min: '1s', max: '30d' }).prefault(KEEP).describe('How long an answer is kept to be given again'),
    }),
  ])
  .describe('Whether a request with an Idempotency-Key is carried out only once. Default: off. Not for GET');

/** What the configuration says, as channels need it. */
export function idempotencyOf(written: z.infer<typeof idempotency> | undefined): ChannelIdempotency | undefined {
  if (written === undefined || written === 'off') return undefined;
  if (typeof written === 'string') return { isRequired: written === 'required', keepMs: KEEP_MS };
  return { isRequired: written.mode === 'required', keepMs: written.keep };
}

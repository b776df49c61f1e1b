import { switchable } from '@trunkline/config';
import { DEFAULT_POLICY_OPTIONS, type HedgePolicyOptions } from '@trunkline/resilience';
import { formatDuration } from '@trunkline/time';
import { z } from 'zod';
import type { OutgoingPolicy } from '../../outgoing-policy';
import type { ValuesOf } from '../policy-set';
import { time } from '../time';

const hedgeSwitch = switchable(
  z.strictObject({
    after: z
      .union([z.literal('p95'), time()])
      .prefault('p95')
      .describe('When another attempt starts: once the first takes longer than 95 of 100 calls, or than a duration'),
    max: z
      .int()
      .min(1)
      .max(3)
      .default(DEFAULT_POLICY_OPTIONS.hedge.max)
      .describe('Most attempts in addition to the first'),
  }),
).describe('Another attempt beside an unusually slow one; GET, HEAD, OPTIONS, PUT and DELETE only');

const options = { hedge: hedgeSwitch.optional() };
const defaults = { hedge: hedgeSwitch.prefault('off') };

/** Starts an attempt beside a slow one. */
export const hedge = {
  layer: 'hedge',
  options,
  defaults,
  isMerged: false,
  resolve: (config, byDefault) => {
    const configured = config.hedge ?? byDefault.hedge;
    if (configured === 'off') return { hedge: undefined };
    return { hedge: { max: configured.max, afterMs: configured.after === 'p95' ? undefined : configured.after } };
  },
  describe: ({ hedge: settings }) => ({
    hedge: settings
      ? { after: settings.afterMs === undefined ? 'p95' : formatDuration(settings.afterMs), max: settings.max }
      : 'off',
  }),
  logLines: { hedged: { level: 'debug', message: 'hedged attempt started beside a slow one' } },
} satisfies OutgoingPolicy<ValuesOf<typeof options>, ValuesOf<typeof defaults>, HedgePolicyOptions, HedgePolicyOptions>;

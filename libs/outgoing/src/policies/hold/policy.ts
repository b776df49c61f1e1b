import { switchable } from '@trunkline/config';
import { DEFAULT_POLICY_OPTIONS, type HoldPolicyOptions } from '@trunkline/resilience';
import { formatDuration } from '@trunkline/time';
import { z } from 'zod';
import type { OutgoingPolicy } from '../../outgoing-policy';
import type { ValuesOf } from '../policy-set';
import { time } from '../time';

const holdSwitch = switchable(
  z.strictObject({ max: time().describe('Longest hold, whatever the upstream requests') }),
).describe(
  'Makes no calls for as long as the upstream requests by `Retry-After` or the reset of an exhausted quota: 503 `UPSTREAM_RATE_LIMITED`',
);

const options = { hold: holdSwitch.optional() };
const defaults = { hold: holdSwitch.prefault({ max: formatDuration(DEFAULT_POLICY_OPTIONS.hold.maxMs) }) };

/** Makes no calls while the upstream wants none. */
export const hold = {
  layer: 'hold',
  options,
  defaults,
  isMerged: true,
  resolve: (config, byDefault) => {
    const configured = config.hold ?? byDefault.hold;
    return { hold: configured === 'off' ? undefined : { maxMs: configured.max } };
  },
  describe: ({ hold: settings }) => ({ hold: settings ? { max: formatDuration(settings.maxMs) } : 'off' }),
  logLines: {
    holdBegan: { level: 'warn', message: 'connection is on hold, as the upstream has requested' },
    holdExtended: { level: 'debug', message: 'hold of the connection was extended' },
    holdEnded: { level: 'info', message: 'connection is no longer on hold' },
  },
} satisfies OutgoingPolicy<ValuesOf<typeof options>, ValuesOf<typeof defaults>, HoldPolicyOptions, HoldPolicyOptions>;

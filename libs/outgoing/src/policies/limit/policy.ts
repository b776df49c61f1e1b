import { switchable } from '@trunkline/config';
import { formatDuration } from '@trunkline/time';
import { z } from 'zod';
import type { OutgoingPolicy } from '../../outgoing-policy';
import type { ValuesOf } from '../policy-set';
import { time } from '../time';

const limitSwitch = switchable(
  z.strictObject({
    calls: z.int().min(1).max(1_000_000).describe('Number of attempts that the upstream allows per `per`'),
    per: time().prefault('1s').describe('Time in which it allows them'),
    burst: z.int().min(1).max(1_000_000).optional().describe('Number of attempts at once; default `calls`'),
  }),
).describe(
  'Limit of the upstream, obeyed ahead of its refusal, over all hosts with `bus.stores.redis`: attempts wait for their turn within their deadline, others fail with 503 `UPSTREAM_RATE_LIMITED`',
);

/** How many attempts an upstream allows. */
export interface CallRate {
  readonly calls: number;
  readonly perMs: number;
  /** Attempts that are allowed at once. */
  readonly burst: number;
}

/** Describes a rate for messages: `100 calls per 1m`. */
export function describeCallRate(rate: CallRate | undefined): string {
  return rate ? `${rate.calls} calls per ${formatDuration(rate.perMs)}` : 'off';
}

/** The settings of the limit; `undefined` where it is off. */
export interface LimitSettings {
  readonly limit: CallRate | undefined;
}

const options = { limit: limitSwitch.optional() };
const defaults = { limit: limitSwitch.prefault('off') };

/** Makes no more calls than the upstream allows. */
export const limit = {
  layer: 'limit',
  options,
  defaults,
  isMerged: false,
  resolve: (config, byDefault) => {
    const configured = config.limit ?? byDefault.limit;
    if (configured === 'off') return { limit: undefined };
    const { calls, per: perMs, burst = calls } = configured;
    return { limit: { calls, perMs, burst } };
  },
  describe: ({ limit: settings }) => ({
    limit: settings ? { calls: settings.calls, per: formatDuration(settings.perMs), burst: settings.burst } : 'off',
  }),
  logLines: {
    callLimitRejected: { level: 'warn', message: 'limit of the upstream is exhausted', isFrequent: true },
  },
} satisfies OutgoingPolicy<ValuesOf<typeof options>, ValuesOf<typeof defaults>, LimitSettings, LimitSettings>;

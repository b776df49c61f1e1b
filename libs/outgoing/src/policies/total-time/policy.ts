import { formatDuration } from '@trunkline/time';
import type { OutgoingPolicy } from '../../outgoing-policy';
import type { ValuesOf } from '../policy-set';
import { time } from '../time';

const total = time().describe(
  'Time limit of the whole call, further attempts included; never more than is left of the deadline',
);
const options = { total: total.optional() };
const defaults = { total: total.prefault('15s') };

/** The time limit of the whole call. */
export interface TotalTimeSettings {
  readonly totalMs: number;
}

/** The time limit of the whole call. */
export const totalTime = {
  layer: 'whole call',
  options,
  defaults,
  isMerged: true,
  resolve: (config, byDefault) => ({ totalMs: config.total ?? byDefault.total }),
  describe: ({ totalMs }) => ({ total: formatDuration(totalMs) }),
  logLines: {},
} satisfies OutgoingPolicy<ValuesOf<typeof options>, ValuesOf<typeof defaults>, TotalTimeSettings, TotalTimeSettings>;

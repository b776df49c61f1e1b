import { switchable } from '@trunkline/config';
import { type BulkheadOptions, DEFAULT_POLICY_OPTIONS, type BulkheadPolicyOptions } from '@trunkline/resilience';
import { formatDuration } from '@trunkline/time';
import { z } from 'zod';
import type { OutgoingPolicy } from '../../outgoing-policy';
import type { ValuesOf } from '../policy-set';
import { isOff, offToUndefined } from '../switched-off';
import { time } from '../time';

const { bulkhead: builtIn } = DEFAULT_POLICY_OPTIONS;

const keys = {
  concurrent: z
    .int()
    .min(1)
    .max(10_000)
    .describe(
      'Number of concurrent attempts, each on its own socket; above 128 the process may need a higher limit of open files',
    ),
  queue: z.int().min(0).max(10_000).describe('Number of attempts that may be queued'),
  queueTimeout: time().describe('Longest time an attempt is queued'),
};
const text = 'Bounds concurrent attempts: 503 `OVERLOADED`';

const options = {
  bulkhead: switchable(
    z.strictObject({
      concurrent: keys.concurrent.optional(),
      queue: keys.queue.optional(),
      queueTimeout: keys.queueTimeout.optional(),
    }),
  )
    .optional()
    .describe(text),
};

const defaults = {
  bulkhead: switchable(
    z.strictObject({
      concurrent: keys.concurrent.default(builtIn.concurrent),
      queue: keys.queue.default(builtIn.queue),
      queueTimeout: keys.queueTimeout.prefault(formatDuration(builtIn.queueTimeoutMs)),
    }),
  )
    .prefault({})
    .describe(text),
};

type Config = ValuesOf<typeof options>;
type Defaults = ValuesOf<typeof defaults>;

/** Bounds concurrent attempts. */
export const bulkhead = {
  layer: 'bulkhead',
  options,
  defaults,
  isMerged: true,
  resolve: (config, byDefault) => ({
    bulkhead: isOff(config.bulkhead, byDefault.bulkhead) ? undefined : resolveBulkhead(config, byDefault),
  }),
  describe: ({ bulkhead: settings }) => ({
    bulkhead: settings
      ? {
          concurrent: settings.concurrent,
          queue: settings.queue,
          queueTimeout: formatDuration(settings.queueTimeoutMs),
        }
      : 'off',
  }),
  logLines: { bulkheadRejected: { level: 'warn', message: 'bulkhead rejected an outgoing call', isFrequent: true } },
} satisfies OutgoingPolicy<Config, Defaults, BulkheadPolicyOptions, BulkheadPolicyOptions>;

function resolveBulkhead(config: Config, byDefault: Defaults): BulkheadOptions {
  const configured = offToUndefined(config.bulkhead) ?? {};
  const defaultKeys = offToUndefined(byDefault.bulkhead);
  const base = defaultKeys ? { ...defaultKeys, queueTimeoutMs: defaultKeys.queueTimeout } : builtIn;
  return {
    concurrent: configured.concurrent ?? base.concurrent,
    queue: configured.queue ?? base.queue,
    queueTimeoutMs: configured.queueTimeout ?? base.queueTimeoutMs,
  };
}

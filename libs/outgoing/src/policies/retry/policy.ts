import { switchable } from '@trunkline/config';
import { DEFAULT_POLICY_OPTIONS, type RetryPolicyOptions } from '@trunkline/resilience';
import { formatDuration } from '@trunkline/time';
import { z } from 'zod';
import type { OutgoingPolicy } from '../../outgoing-policy';
import type { ValuesOf } from '../policy-set';
import { isOff, offToUndefined } from '../switched-off';
import { time } from '../time';

const { retry: builtIn, retryBudget: builtInBudget } = DEFAULT_POLICY_OPTIONS;

const budgetKeys = {
  ratio: z.number().min(0).max(1).describe('Retries in proportion to all calls, 0 to 1'),
  perSecond: z.number().min(0).max(1_000).describe('Retries per second in addition'),
};
const retryKeys = {
  attempts: z.int().min(1).max(10).describe('Number of attempts, the first one included'),
  initial: time().describe('Longest wait before the second attempt; it doubles from one attempt to the next'),
  max: time().describe('Longest wait before any attempt'),
};
const budgetText = 'Bounds the load that retries add to an upstream';
const retryText = 'Further attempts, where they are safe';
const idempotent = z
  .boolean()
  .describe(
    'Whether POST and PATCH may be retried: all attempts carry the same Idempotency-Key, which the upstream must support',
  );

const options = {
  retry: switchable(
    z.strictObject({
      attempts: retryKeys.attempts.optional(),
      initial: retryKeys.initial.optional(),
      max: retryKeys.max.optional(),
      budget: z
        .strictObject({ ratio: budgetKeys.ratio.optional(), perSecond: budgetKeys.perSecond.optional() })
        .optional()
        .describe(budgetText),
    }),
  )
    .optional()
    .describe(retryText),
  idempotent: idempotent.optional(),
};

const defaults = {
  retry: switchable(
    z.strictObject({
      attempts: retryKeys.attempts.default(builtIn.attempts),
      initial: retryKeys.initial.prefault(formatDuration(builtIn.initialMs)),
      max: retryKeys.max.prefault(formatDuration(builtIn.maxMs)),
      budget: z
        .strictObject({
          ratio: budgetKeys.ratio.default(builtInBudget.ratio),
          perSecond: budgetKeys.perSecond.default(builtInBudget.perSecond),
        })
        .prefault({})
        .describe(budgetText),
    }),
  )
    .prefault({})
    .describe(retryText),
  idempotent: idempotent.default(false),
};

type Config = ValuesOf<typeof options>;
type Defaults = ValuesOf<typeof defaults>;
type RetrySettings = RetryPolicyOptions & { readonly isIdempotent: boolean };

/** Repeats failed attempts. A retry itself is logged with its call. */
export const retry = {
  layer: 'retry',
  options,
  defaults,
  isMerged: true,
  resolve: (config, byDefault) => ({
    retry: isOff(config.retry, byDefault.retry) ? undefined : resolveRetry(config, byDefault),
    retryBudget: resolveBudget(config, byDefault),
    isIdempotent: config.idempotent ?? byDefault.idempotent,
  }),
  describe: ({ retry: settings, retryBudget, isIdempotent }) => ({
    retry: settings
      ? {
          attempts: settings.attempts,
          initial: formatDuration(settings.initialMs),
          max: formatDuration(settings.maxMs),
          budget: retryBudget,
        }
      : 'off',
    idempotent: isIdempotent,
  }),
  logLines: {
    retryRejected: { level: 'debug', message: 'outgoing call will not be retried' },
    'retryRejected:budget': { level: 'warn', message: 'retry budget is exhausted', isFrequent: true },
    deadlineSkipped: { level: 'debug', message: 'attempt was skipped, as it would exceed the deadline' },
  },
} satisfies OutgoingPolicy<Config, Defaults, RetrySettings, RetrySettings>;

function resolveRetry(config: Config, byDefault: Defaults): NonNullable<RetrySettings['retry']> {
  const configured = offToUndefined(config.retry) ?? {};
  const defaultKeys = offToUndefined(byDefault.retry);
  const base = defaultKeys ? { ...defaultKeys, initialMs: defaultKeys.initial, maxMs: defaultKeys.max } : builtIn;
  return {
    attempts: configured.attempts ?? base.attempts,
    initialMs: configured.initial ?? base.initialMs,
    maxMs: configured.max ?? base.maxMs,
  };
}

function resolveBudget(config: Config, byDefault: Defaults): RetrySettings['retryBudget'] {
  const configured = offToUndefined(config.retry)?.budget;
  const { ratio, perSecond } = offToUndefined(byDefault.retry)?.budget ?? builtInBudget;
  return { ratio: configured?.ratio ?? ratio, perSecond: configured?.perSecond ?? perSecond };
}

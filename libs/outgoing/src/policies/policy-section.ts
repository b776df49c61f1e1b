import { duration, switchable } from '@trunkline/config';
import { DEFAULT_POLICY_OPTIONS } from '@trunkline/resilience';
import { formatDuration } from '@trunkline/time';
import { z } from 'zod';
import { BREAKER_FAILURE_NAMES } from '../rest/outcome/breaker-failure-criteria';

/** Timers of Node end at 24 days, and turn what is longer into 1 ms. */
const time = () => duration({ min: 1, max: '1d' });
const share = z.number().min(0).max(1);
const { retry, retryBudget, hold, circuitBreaker, bulkhead, hedge } = DEFAULT_POLICY_OPTIONS;

const budgetKeys = {
  ratio: share.describe('Further attempts in proportion to all calls, 0 to 1 …'),
  perSecond: z.number().min(0).max(1_000).describe('… and so many a second beside those'),
};

const retryKeys = {
  attempts: z.int().min(1).max(10).describe('Attempts in all, the first one included'),
  initial: time().describe('Longest wait before the second attempt; it doubles from one attempt to the next'),
  max: time().describe('Longest wait before any attempt'),
};

const failureStatus = z
  .int()
  .min(400)
  .max(599)
  .refine((status) => status !== 429, 'expected another status than 429, which puts a connection on hold');

const breakerKeys = {
  consecutive: z
    .int()
    .min(1)
    .max(10_000)
    .describe('So many failed calls in a row open it; a call counts once, however many attempts it has'),
  ratio: share.gt(0).describe('So does this share of the calls, 0 to 1 …'),
  minimum: z.int().min(1).max(1_000_000).describe('… where there were at least so many …'),
  window: time().describe('… within this time'),
  openFor: time().describe('How long the upstream is left alone at first, ± 20 %; doubles with each probe that fails'),
  maxOpenFor: time().describe('The longest it is left alone before the next probe'),
  failures: z
    .array(z.union([z.enum(BREAKER_FAILURE_NAMES), failureStatus]))
    .min(1)
    .refine((names) => new Set(names).size === names.length, 'expected each of them once')
    .describe(
      'What counts as a failure: `5xx` or single statuses, `unreachable` (no connection, no address, no TLS), `protocol` (broken off, not HTTP), `timeout`, `invalid` (an unreadable body). The others do not count',
    ),
};

const bulkheadKeys = {
  concurrent: z
    .int()
    .min(1)
    .max(10_000)
    .describe(
      'Attempts under way at once, each on a socket of its own; above 128 the process may need a higher limit of open files',
    ),
  queue: z.int().min(0).max(10_000).describe('Attempts that may wait for one of them to end'),
  queueTimeout: time().describe('How long they wait, at most'),
};

const budgetText = 'Bounds what further attempts add to the load of an upstream';
const retryText = 'Further attempts, where that is safe';
const breakerText = 'Leaves an upstream alone that keeps failing: 503 `CIRCUIT_OPEN`';
const bulkheadText = 'Bounds the attempts that are under way at once: 503 `OVERLOADED`';

const holdSwitch = switchable(
  z.strictObject({ max: time().describe('The longest that an upstream is left alone for, whatever it asks') }),
).describe(
  'Leaves an upstream alone that asks for it by `Retry-After` or the reset of a spent quota: 503 `UPSTREAM_RATE_LIMITED`',
);

const hedgeSwitch = switchable(
  z.strictObject({
    after: z
      .union([z.literal('p95'), time()])
      .prefault('p95')
      .describe('When another attempt begins: once it takes longer than 95 of 100 calls, or than a duration'),
    max: z.int().min(1).max(3).default(hedge.max).describe('Most attempts beside the first'),
  }),
).describe('Another attempt beside one that takes unusually long; GET, HEAD, OPTIONS, PUT and DELETE only');

/** Policies of a connection: what it leaves out is taken from the defaults. */
export const connectionPolicies = {
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
  hold: holdSwitch.optional(),
  circuitBreaker: switchable(
    z.strictObject({
      consecutive: breakerKeys.consecutive.optional(),
      ratio: breakerKeys.ratio.optional(),
      minimum: breakerKeys.minimum.optional(),
      window: breakerKeys.window.optional(),
      openFor: breakerKeys.openFor.optional(),
      maxOpenFor: breakerKeys.maxOpenFor.optional(),
      failures: breakerKeys.failures.optional(),
    }),
  )
    .optional()
    .describe(breakerText),
  bulkhead: switchable(
    z.strictObject({
      concurrent: bulkheadKeys.concurrent.optional(),
      queue: bulkheadKeys.queue.optional(),
      queueTimeout: bulkheadKeys.queueTimeout.optional(),
    }),
  )
    .optional()
    .describe(bulkheadText),
  hedge: hedgeSwitch.optional(),
};

/** Policies that hold for connections that say nothing themselves. */
export const defaultPolicies = {
  retry: switchable(
    z.strictObject({
      attempts: retryKeys.attempts.default(retry.attempts),
      initial: retryKeys.initial.prefault(formatDuration(retry.initialMs)),
      max: retryKeys.max.prefault(formatDuration(retry.maxMs)),
      budget: z
        .strictObject({
          ratio: budgetKeys.ratio.default(retryBudget.ratio),
          perSecond: budgetKeys.perSecond.default(retryBudget.perSecond),
        })
        .prefault({})
        .describe(budgetText),
    }),
  )
    .prefault({})
    .describe(retryText),
  hold: holdSwitch.prefault({ max: formatDuration(hold.maxMs) }),
  circuitBreaker: switchable(
    z.strictObject({
      consecutive: breakerKeys.consecutive.default(circuitBreaker.consecutive),
      ratio: breakerKeys.ratio.default(circuitBreaker.ratio),
      minimum: breakerKeys.minimum.default(circuitBreaker.minimum),
      window: breakerKeys.window.prefault(formatDuration(circuitBreaker.windowMs)),
      openFor: breakerKeys.openFor.prefault(formatDuration(circuitBreaker.openForMs)),
      maxOpenFor: breakerKeys.maxOpenFor.prefault(formatDuration(circuitBreaker.maxOpenForMs)),
      failures: breakerKeys.failures.default([...BREAKER_FAILURE_NAMES]),
    }),
  )
    .prefault({})
    .describe(breakerText),
  bulkhead: switchable(
    z.strictObject({
      concurrent: bulkheadKeys.concurrent.default(bulkhead.concurrent),
      queue: bulkheadKeys.queue.default(bulkhead.queue),
      queueTimeout: bulkheadKeys.queueTimeout.prefault(formatDuration(bulkhead.queueTimeoutMs)),
    }),
  )
    .prefault({})
    .describe(bulkheadText),
  hedge: hedgeSwitch.prefault('off'),
};

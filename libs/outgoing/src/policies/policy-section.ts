import { duration, switchable } from '@trunkline/config';
import { DEFAULT_POLICY_OPTIONS } from '@trunkline/resilience';
import { formatDuration } from '@trunkline/time';
import { z } from 'zod';
import { BREAKER_FAILURE_NAMES } from '../http/outcome/breaker-failure-criteria';

/** Timers of Node fire after 1 ms if they are longer than 24 days. */
const time = () => duration({ min: 1, max: '1d' });
const share = z.number().min(0).max(1);
const { retry, retryBudget, hold, circuitBreaker, bulkhead, hedge } = DEFAULT_POLICY_OPTIONS;

const budgetKeys = {
  ratio: share.describe('Retries in proportion to all calls, 0 to 1'),
  perSecond: z.number().min(0).max(1_000).describe('Retries per second in addition'),
};

const retryKeys = {
  attempts: z.int().min(1).max(10).describe('Number of attempts, the first one included'),
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
    .describe('Number of consecutive failed calls that opens it; a call counts once, however many attempts it has'),
  ratio: share.gt(0).describe('Share of failed calls that opens it, 0 to 1'),
  minimum: z.int().min(1).max(1_000_000).describe('Least number of calls for which `ratio` applies'),
  window: time().describe('Time over which `ratio` is measured'),
  openFor: time().describe('How long it is open at first, ± 20 %; doubles with each probe that fails'),
  maxOpenFor: time().describe('Longest time before the next probe'),
  failures: z
    .array(z.union([z.enum(BREAKER_FAILURE_NAMES), failureStatus]))
    .min(1)
    .refine((names) => new Set(names).size === names.length, 'expected each name once')
    .describe(
      'What counts as a failure: `5xx` or single statuses, `unreachable` (no connection, no address, no TLS), `protocol` (connection lost, invalid HTTP), `timeout`, `invalid` (unreadable body). Other failures do not count',
    ),
};

const bulkheadKeys = {
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

const budgetText = 'Bounds the load that retries add to an upstream';
const retryText = 'Further attempts, where they are safe';
const breakerText = 'Rejects calls of an upstream that keeps failing: 503 `CIRCUIT_OPEN`';
const bulkheadText = 'Bounds concurrent attempts: 503 `OVERLOADED`';

const holdSwitch = switchable(
  z.strictObject({ max: time().describe('Longest hold, whatever the upstream requests') }),
).describe(
  'Makes no calls for as long as the upstream requests by `Retry-After` or the reset of an exhausted quota: 503 `UPSTREAM_RATE_LIMITED`',
);

const hedgeSwitch = switchable(
  z.strictObject({
    after: z
      .union([z.literal('p95'), time()])
      .prefault('p95')
      .describe('When another attempt starts: once the first takes longer than 95 of 100 calls, or than a duration'),
    max: z.int().min(1).max(3).default(hedge.max).describe('Most attempts in addition to the first'),
  }),
).describe('Another attempt beside an unusually slow one; GET, HEAD, OPTIONS, PUT and DELETE only');

/** Policies of a connection. What it leaves out comes from the defaults. */
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

/** Policies of connections that configure none. */
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

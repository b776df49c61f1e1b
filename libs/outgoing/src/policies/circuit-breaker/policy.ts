import { switchable } from '@trunkline/config';
import { type CircuitBreakerOptions, DEFAULT_POLICY_OPTIONS } from '@trunkline/resilience';
import { formatDuration } from '@trunkline/time';
import { z } from 'zod';
import { type BreakerFailureCriterion, BREAKER_FAILURE_NAMES } from '../../http/outcome/breaker-failure-criteria';
import type { OutgoingPolicy } from '../../outgoing-policy';
import type { ValuesOf } from '../policy-set';
import { isOff, offToUndefined } from '../switched-off';
import { time } from '../time';

const { circuitBreaker: builtIn } = DEFAULT_POLICY_OPTIONS;

const failureStatus = z
  .int()
  .min(400)
  .max(599)
  .refine((status) => status !== 429, 'expected another status than 429, which puts a connection on hold');

const keys = {
  consecutive: z
    .int()
    .min(1)
    .max(10_000)
    .describe('Number of consecutive failed calls that opens it; a call counts once, however many attempts it has'),
  ratio: z.number().min(0).max(1).gt(0).describe('Share of failed calls that opens it, 0 to 1'),
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
const text = 'Rejects calls of an upstream that keeps failing: 503 `CIRCUIT_OPEN`';

const options = {
  circuitBreaker: switchable(
    z.strictObject({
      consecutive: keys.consecutive.optional(),
      ratio: keys.ratio.optional(),
      minimum: keys.minimum.optional(),
      window: keys.window.optional(),
      openFor: keys.openFor.optional(),
      maxOpenFor: keys.maxOpenFor.optional(),
      failures: keys.failures.optional(),
    }),
  )
    .optional()
    .describe(text),
};

const defaults = {
  circuitBreaker: switchable(
    z.strictObject({
      consecutive: keys.consecutive.default(builtIn.consecutive),
      ratio: keys.ratio.default(builtIn.ratio),
      minimum: keys.minimum.default(builtIn.minimum),
      window: keys.window.prefault(formatDuration(builtIn.windowMs)),
      openFor: keys.openFor.prefault(formatDuration(builtIn.openForMs)),
      maxOpenFor: keys.maxOpenFor.prefault(formatDuration(builtIn.maxOpenForMs)),
      failures: keys.failures.default([...BREAKER_FAILURE_NAMES]),
    }),
  )
    .prefault({})
    .describe(text),
};

type Config = ValuesOf<typeof options>;
type Defaults = ValuesOf<typeof defaults>;

/** When the circuit breaker of a connection opens, and what counts as a failure. */
export interface BreakerSettings extends CircuitBreakerOptions {
  readonly failures: readonly BreakerFailureCriterion[];
}

/** The settings of the circuit breaker; `undefined` where it is off. */
export interface CircuitBreakerSettings {
  readonly circuitBreaker: BreakerSettings | undefined;
}

/** Rejects calls of an upstream that keeps failing. */
export const circuitBreaker = {
  layer: 'circuit breaker',
  options,
  defaults,
  isMerged: true,
  resolve: (config, byDefault) => ({
    circuitBreaker: isOff(config.circuitBreaker, byDefault.circuitBreaker)
      ? undefined
      : resolveBreaker(config, byDefault),
  }),
  describe: ({ circuitBreaker: settings }) => ({ circuitBreaker: settings ? describeBreaker(settings) : 'off' }),
  logLines: {
    breakerOpened: { level: 'warn', message: 'circuit breaker opened' },
    breakerClosed: { level: 'info', message: 'circuit breaker closed' },
  },
} satisfies OutgoingPolicy<Config, Defaults, CircuitBreakerSettings, CircuitBreakerSettings>;

function resolveBreaker(config: Config, byDefault: Defaults): BreakerSettings {
  const configured = offToUndefined(config.circuitBreaker) ?? {};
  const defaultKeys = offToUndefined(byDefault.circuitBreaker);
  const base = defaultKeys
    ? {
        ...defaultKeys,
        windowMs: defaultKeys.window,
        openForMs: defaultKeys.openFor,
        maxOpenForMs: defaultKeys.maxOpenFor,
      }
    : { ...builtIn, failures: BREAKER_FAILURE_NAMES };
  const openForMs = configured.openFor ?? base.openForMs;
  return {
    consecutive: configured.consecutive ?? base.consecutive,
    ratio: configured.ratio ?? base.ratio,
    minimum: configured.minimum ?? base.minimum,
    windowMs: configured.window ?? base.windowMs,
    openForMs,
    maxOpenForMs: Math.max(openForMs, configured.maxOpenFor ?? base.maxOpenForMs),
    failures: configured.failures ?? base.failures,
  };
}

function describeBreaker({ windowMs, openForMs, maxOpenForMs, ...counts }: BreakerSettings) {
  const { consecutive, ratio, minimum, failures } = counts;
  return {
    consecutive,
    ratio,
    minimum,
    window: formatDuration(windowMs),
    openFor: formatDuration(openForMs),
    maxOpenFor: formatDuration(maxOpenForMs),
    failures,
  };
}

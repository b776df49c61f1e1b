import {
  type BulkheadOptions,
  type CircuitBreakerOptions,
  DEFAULT_POLICY_OPTIONS,
  type PipelineOptions,
  type RetryBudgetOptions,
  type RetryOptions,
} from '@trunkline/resilience';
import { type BreakerFailureCriterion, BREAKER_FAILURE_NAMES } from '../http/outcome/breaker-failure-criteria';
import type { HttpConfig, HttpDefaults } from '../http/http-section';

/** When the circuit breaker of a connection opens, and what counts as a failure. */
export interface BreakerSettings extends CircuitBreakerOptions {
  readonly failures: readonly BreakerFailureCriterion[];
}

/** The policies of a connection; `undefined` where one is off. */
export interface PolicySettings extends PipelineOptions {
  readonly circuitBreaker: BreakerSettings | undefined;
}

type Policy = 'retry' | 'circuitBreaker' | 'bulkhead';
type OwnConfig<P extends Policy> = Exclude<HttpConfig[P], 'off'>;
type DefaultConfig<P extends Policy> = Exclude<HttpDefaults[P], 'off'>;

/** Resolves each key from the connection, the defaults, and, where those are off, the built-in values. */
export function resolvePolicySettings(config: HttpConfig, defaults: HttpDefaults): PolicySettings {
  const { retry, circuitBreaker, bulkhead } = defaults;
  const hedge = config.hedge ?? defaults.hedge;
  const hold = config.hold ?? defaults.hold;
  return {
    retry: isOff(config.retry, retry) ? undefined : resolveRetry(offToUndefined(config.retry), offToUndefined(retry)),
    retryBudget: resolveBudget(offToUndefined(config.retry), offToUndefined(retry)),
    hold: hold === 'off' ? undefined : { maxMs: hold.max },
    circuitBreaker: isOff(config.circuitBreaker, circuitBreaker)
      ? undefined
      : resolveBreaker(offToUndefined(config.circuitBreaker), offToUndefined(circuitBreaker)),
    bulkhead: isOff(config.bulkhead, bulkhead)
      ? undefined
      : resolveBulkhead(offToUndefined(config.bulkhead), offToUndefined(bulkhead)),
    hedge: hedge === 'off' ? undefined : { max: hedge.max, afterMs: hedge.after === 'p95' ? undefined : hedge.after },
  };
}

function isOff(configured: unknown, byDefault: unknown): boolean {
  return configured === 'off' || (configured === undefined && byDefault === 'off');
}

function offToUndefined<T>(policy: T): Exclude<T, 'off'> | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the compiler does not narrow a type parameter
  return policy === 'off' ? undefined : (policy as Exclude<T, 'off'>);
}

function resolveRetry(configured: OwnConfig<'retry'> = {}, defaults?: DefaultConfig<'retry'>): RetryOptions {
  const base = defaults
    ? { ...defaults, initialMs: defaults.initial, maxMs: defaults.max }
    : DEFAULT_POLICY_OPTIONS.retry;
  return {
    attempts: configured.attempts ?? base.attempts,
    initialMs: configured.initial ?? base.initialMs,
    maxMs: configured.max ?? base.maxMs,
  };
}

function resolveBudget(configured: OwnConfig<'retry'>, defaults?: DefaultConfig<'retry'>): RetryBudgetOptions {
  const { ratio, perSecond } = defaults?.budget ?? DEFAULT_POLICY_OPTIONS.retryBudget;
  return { ratio: configured?.budget?.ratio ?? ratio, perSecond: configured?.budget?.perSecond ?? perSecond };
}

function resolveBreaker(
  configured: OwnConfig<'circuitBreaker'> = {},
  defaults?: DefaultConfig<'circuitBreaker'>,
): BreakerSettings {
  const base = defaults
    ? { ...defaults, windowMs: defaults.window, openForMs: defaults.openFor, maxOpenForMs: defaults.maxOpenFor }
    : { ...DEFAULT_POLICY_OPTIONS.circuitBreaker, failures: BREAKER_FAILURE_NAMES };
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

function resolveBulkhead(
  configured: OwnConfig<'bulkhead'> = {},
  defaults?: DefaultConfig<'bulkhead'>,
): BulkheadOptions {
  const base = defaults ? { ...defaults, queueTimeoutMs: defaults.queueTimeout } : DEFAULT_POLICY_OPTIONS.bulkhead;
  return {
    concurrent: configured.concurrent ?? base.concurrent,
    queue: configured.queue ?? base.queue,
    queueTimeoutMs: configured.queueTimeout ?? base.queueTimeoutMs,
  };
}

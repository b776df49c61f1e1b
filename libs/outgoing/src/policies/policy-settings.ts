import {
  type BulkheadOptions,
  type CircuitBreakerOptions,
  DEFAULT_POLICY_OPTIONS,
  type PipelineOptions,
  type RetryBudgetOptions,
  type RetryOptions,
} from '@trunkline/resilience';
import { type BreakerFailureCriterion, BREAKER_FAILURE_NAMES } from '../rest/outcome/breaker-failure-criteria';
import type { ConnectionConfig, ConnectionDefaults } from '../rest/section';

/** When an upstream is left alone that keeps failing, and what failing is. */
export interface BreakerSettings extends CircuitBreakerOptions {
  readonly failures: readonly BreakerFailureCriterion[];
}

/** The policies of a connection; `undefined` where one is off. */
export interface PolicySettings extends PipelineOptions {
  readonly circuitBreaker: BreakerSettings | undefined;
}

type Policy = 'retry' | 'circuitBreaker' | 'bulkhead';
type OwnConfig<P extends Policy> = Exclude<ConnectionConfig[P], 'off'>;
type DefaultConfig<P extends Policy> = Exclude<ConnectionDefaults[P], 'off'>;

/** Key by key: the connection's own, the defaults, and where those are off, what is built in. */
export function resolvePolicySettings(config: ConnectionConfig, defaults: ConnectionDefaults): PolicySettings {
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

function isOff(own: unknown, usual: unknown): boolean {
  return own === 'off' || (own === undefined && usual === 'off');
}

function offToUndefined<T>(policy: T): Exclude<T, 'off'> | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the compiler does not narrow a type parameter
  return policy === 'off' ? undefined : (policy as Exclude<T, 'off'>);
}

function resolveRetry(own: OwnConfig<'retry'> = {}, usual?: DefaultConfig<'retry'>): RetryOptions {
  const base = usual ? { ...usual, initialMs: usual.initial, maxMs: usual.max } : DEFAULT_POLICY_OPTIONS.retry;
  return {
    attempts: own.attempts ?? base.attempts,
    initialMs: own.initial ?? base.initialMs,
    maxMs: own.max ?? base.maxMs,
  };
}

function resolveBudget(own: OwnConfig<'retry'>, usual?: DefaultConfig<'retry'>): RetryBudgetOptions {
  const { ratio, perSecond } = usual?.budget ?? DEFAULT_POLICY_OPTIONS.retryBudget;
  return { ratio: own?.budget?.ratio ?? ratio, perSecond: own?.budget?.perSecond ?? perSecond };
}

function resolveBreaker(
  own: OwnConfig<'circuitBreaker'> = {},
  usual?: DefaultConfig<'circuitBreaker'>,
): BreakerSettings {
  const base = usual
    ? { ...usual, windowMs: usual.window, openForMs: usual.openFor, maxOpenForMs: usual.maxOpenFor }
    : { ...DEFAULT_POLICY_OPTIONS.circuitBreaker, failures: BREAKER_FAILURE_NAMES };
  const openForMs = own.openFor ?? base.openForMs;
  return {
    consecutive: own.consecutive ?? base.consecutive,
    ratio: own.ratio ?? base.ratio,
    minimum: own.minimum ?? base.minimum,
    windowMs: own.window ?? base.windowMs,
    openForMs,
    maxOpenForMs: Math.max(openForMs, own.maxOpenFor ?? base.maxOpenForMs),
    failures: own.failures ?? base.failures,
  };
}

function resolveBulkhead(own: OwnConfig<'bulkhead'> = {}, usual?: DefaultConfig<'bulkhead'>): BulkheadOptions {
  const base = usual ? { ...usual, queueTimeoutMs: usual.queueTimeout } : DEFAULT_POLICY_OPTIONS.bulkhead;
  return {
    concurrent: own.concurrent ?? base.concurrent,
    queue: own.queue ?? base.queue,
    queueTimeoutMs: own.queueTimeout ?? base.queueTimeoutMs,
  };
}

import type { BulkheadOptions } from '@trunkline/resilience';
import { formatDuration } from '@trunkline/time';
import type { ChaosSettings } from './fault-injection/chaos-section';
import type { HttpConfig } from './http-section';
import type { HttpSettings } from './http-settings';
import type { BreakerSettings, PolicySettings } from '../policies/policy-settings';

/** Describes the settings that all connections over HTTP have, in the notation of the configuration. */
export function describeHttp(settings: HttpSettings, config: HttpConfig) {
  const { maxRedirects, forwardHeaders, security } = settings;
  return {
    url: config.url,
    timeout: formatDuration(settings.timeoutMs),
    connectTimeout: formatDuration(settings.connectTimeoutMs),
    total: formatDuration(settings.totalMs),
    maxResponse: formatSize(settings.maxResponseBytes),
    maxHeader: formatSize(settings.maxHeaderBytes),
    ...describePolicies(settings.policies),
    redirects: maxRedirects === 0 ? 'off' : { max: maxRedirects },
    idempotent: settings.isIdempotent,
    headers: Object.keys(settings.headers),
    forwardHeaders,
    ...(security !== undefined && { security }),
    ...(settings.allowH2 && { allowH2: true }),
    ...(settings.tls && { tls: Object.keys(settings.tls) }),
    ...(settings.proxy && { proxy: settings.proxy.origin }),
    ...(config.ping && { ping: config.ping }),
    ...(config.chaos && { chaos: describeChaos(config.chaos) }),
  };
}

function describeChaos({ latency, ...shares }: ChaosSettings) {
  return { ...shares, ...(latency !== undefined && { latency: formatDuration(latency) }) };
}

function describePolicies({ retry, retryBudget, hold, circuitBreaker, bulkhead, hedge }: PolicySettings) {
  return {
    retry: retry
      ? {
          attempts: retry.attempts,
          initial: formatDuration(retry.initialMs),
          max: formatDuration(retry.maxMs),
          budget: retryBudget,
        }
      : 'off',
    hold: hold ? { max: formatDuration(hold.maxMs) } : 'off',
    circuitBreaker: circuitBreaker ? describeBreaker(circuitBreaker) : 'off',
    bulkhead: bulkhead ? describeBulkhead(bulkhead) : 'off',
    hedge: hedge
      ? { after: hedge.afterMs === undefined ? 'p95' : formatDuration(hedge.afterMs), max: hedge.max }
      : 'off',
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

function describeBulkhead({ concurrent, queue, queueTimeoutMs }: BulkheadOptions) {
  return { concurrent, queue, queueTimeout: formatDuration(queueTimeoutMs) };
}

const UNITS = [
  ['GiB', 1024 ** 3],
  ['MiB', 1024 ** 2],
  ['KiB', 1024],
] as const;

function formatSize(bytes: number): string {
  const [unit, size] = UNITS.find(([, each]) => bytes >= each && bytes % each === 0) ?? ['B', 1];
  return `${bytes / size}${unit}`;
}

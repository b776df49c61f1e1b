import { BusError } from '@trunkline/failures';
import type { AxiosInstance, InternalAxiosRequestConfig } from 'axios';
import axiosRetry, { exponentialDelay, namespace } from 'axios-retry';
import { isIdempotent } from '../../http/request/http-method';
import { isRetryableOutcome } from '../../http/outcome/retryable-outcome';
import { parseMethod } from './axios-request';

/**
 * Installs axios-retry, for requests that have options of it (`{ 'axios-retry': { retries: 2 } }`). Each of these attempts
 * is a call of the connection with its own retries. The same rules decide what is safe to repeat.
 */
export function installAxiosRetry(instance: AxiosInstance): void {
  axiosRetry(instance, {
    retries: 0,
    retryCondition: (failure) => isRetryableRequest(failure, failure.config),
    retryDelay: (count, failure) => exponentialDelay(count, failure),
  });
}

/** Attaches to a failure what axios-retry needs to repeat the request. Not enumerable: it holds headers and body. */
export function attachConfig(failure: unknown, config: InternalAxiosRequestConfig): void {
  if (!(failure instanceof BusError) || (config[namespace]?.retries ?? 0) === 0) return;
  Object.defineProperty(failure, 'config', { value: config, configurable: true });
}

function isRetryableRequest(failure: unknown, config: InternalAxiosRequestConfig | undefined): boolean {
  const isSafeToRetry = config !== undefined && isIdempotent(parseMethod(config));
  return isRetryableOutcome({ failure }, { limits: { isSafeToRetry }, attemptCount: 1 });
}

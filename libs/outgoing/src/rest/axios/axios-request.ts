import { toMs } from '@trunkline/time';
import type { AxiosRequestConfig, InternalAxiosRequestConfig } from 'axios';
import { validateHeaders } from '../../http/request/header-rules';
import { HTTP_METHODS, type HttpMethod } from '../../http/request/http-method';
import type { RestRequest } from '../request/rest-request';
import { ServiceCall } from './service-call';

/** The content type that axios declares for a body without one. */
const AXIOS_DEFAULT_CONTENT_TYPE = 'application/x-www-form-urlencoded';

/** Options of axios that carry the call of a service. */
type ServiceCallConfig = AxiosRequestConfig & { readonly serviceCall?: unknown };

/** Converts a call of a service to options of axios, which interceptors may change. */
export function toAxiosConfig(serviceCall: ServiceCall): ServiceCallConfig {
  const { method, query, headers, body, timeout } = serviceCall.request;
  return {
    method,
    url: serviceCall.url,
    params: query,
    data: body,
    ...(headers && { headers: Object.fromEntries(validateHeaders(headers)) }),
    ...(timeout !== undefined && { timeout: toMs(timeout) }),
    serviceCall,
  };
}

/** The call of a service that options of axios carry; `undefined` for a request that came to axios directly. */
export function findServiceCall(config: InternalAxiosRequestConfig & ServiceCallConfig): ServiceCall | undefined {
  return config.serviceCall instanceof ServiceCall ? config.serviceCall : undefined;
}

/**
 * Converts options of axios to a request.
 *
 * @throws {TypeError} for a method that outgoing calls do not have
 */
export function toRestRequest(config: InternalAxiosRequestConfig, serviceCall: ServiceCall | undefined): RestRequest {
  const { params, data, timeout } = config;
  const headers = Object.fromEntries(Object.entries(config.headers.toJSON(true)));
  const isDefaultType = headers['Content-Type'] === AXIOS_DEFAULT_CONTENT_TYPE;
  if (isDefaultType && (serviceCall || typeof data !== 'string')) delete headers['Content-Type'];
  return {
    method: parseMethod(config),
    ...toTarget(config, serviceCall),
    query: params,
    headers: Object.keys(headers).length === 0 ? undefined : headers,
    body: data,
    timeout: timeout === 0 ? undefined : timeout,
    emptyList: serviceCall?.request.emptyList,
  };
}

/** A URL that no interceptor has changed stays the path that the service has given. */
function toTarget(
  { url = '' }: InternalAxiosRequestConfig,
  serviceCall: ServiceCall | undefined,
): Pick<RestRequest, 'path' | 'params'> {
  if (serviceCall?.url !== url) return { path: url };
  const { path, params } = serviceCall.request;
  return { path, params };
}

/** @throws {TypeError} for a method that outgoing calls do not have */
export function parseMethod({ method = 'get' }: InternalAxiosRequestConfig): HttpMethod {
  const found = HTTP_METHODS.find((known) => known === method.toUpperCase());
  if (found) return found;
  throw new TypeError(`${method} is not a method of outgoing calls: ${HTTP_METHODS.join(', ')}`);
}

import { toMs } from '@trunkline/time';
import type { AxiosRequestConfig, InternalAxiosRequestConfig } from 'axios';
import { validateHeaders } from '../../http/request/header-rules';
import { HTTP_METHODS, type HttpMethod } from '../../http/request/http-method';
import type { RestRequest } from '../request/rest-request';
import { ServiceCall } from './service-call';

/** The content type that axios declares for a body without one. */
const AXIOS_DEFAULT_CONTENT_TYPE = 'application/x-www-form-urlencoded';

/** Options of axios, with the call of a service that they were created from. */
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

/** Finds the call of a service in options of axios; `undefined` for a request that application code has made with axios. */
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
    format: serviceCall?.request.format,
    expect: serviceCall ? serviceCall.request.expect : findExpectation(config),
  };
}

/** What a request that came to axios directly expects; JSON by default, as everywhere. */
function findExpectation({ responseType }: InternalAxiosRequestConfig): RestRequest['expect'] {
  if (responseType === 'text') return 'text';
  if (responseType === 'stream') return 'stream';
  return responseType === 'arraybuffer' ? 'binary' : undefined;
}

/** The path and the parameters of the service, unless an interceptor has changed the URL. */
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

import type { InternalAxiosRequestConfig } from 'axios';
import type { RestRequest } from '../connection';
import { HTTP_METHODS, type HttpMethod } from '../request/http-method';

/** axios says this of every body that says nothing of itself. */
const AXIOS_DEFAULT_CONTENT_TYPE = 'application/x-www-form-urlencoded';

/**
 * What a request of axios asks for.
 *
 * @throws {TypeError} for a method that outgoing calls do not have
 */
export function toRestRequest(config: InternalAxiosRequestConfig): RestRequest {
  const { url = '', params, data, timeout } = config;
  const headers = Object.fromEntries(Object.entries(config.headers.toJSON(true)).map(([name, value]) => [name, value]));
  if (headers['Content-Type'] === AXIOS_DEFAULT_CONTENT_TYPE && typeof data !== 'string')
    delete headers['Content-Type'];
  return {
    method: parseMethod(config),
    path: url,
    query: params,
    headers: Object.keys(headers).length === 0 ? undefined : headers,
    body: data,
    timeout: timeout === 0 ? undefined : timeout,
  };
}

function parseMethod({ method = 'get' }: InternalAxiosRequestConfig): HttpMethod {
  const found = HTTP_METHODS.find((known) => known === method.toUpperCase());
  if (found) return found;
  throw new TypeError(`${method} is not a method of outgoing calls: ${HTTP_METHODS.join(', ')}`);
}

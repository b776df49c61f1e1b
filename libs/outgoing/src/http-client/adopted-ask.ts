import type { InternalAxiosRequestConfig } from 'axios';
import type { ConnectionAsk } from '../connection/connection';
import { HTTP_METHODS, type HttpMethod } from '../request/http-method';

/** axios says this of every body that says nothing of itself. */
const SAID_BY_AXIOS = 'application/x-www-form-urlencoded';

/**
 * What a request of axios asks for.
 *
 * @throws {TypeError} for a method that outgoing calls do not have
 */
export function askOf(config: InternalAxiosRequestConfig): ConnectionAsk {
  const { url = '', params, data, timeout } = config;
  const headers = Object.fromEntries(Object.entries(config.headers.toJSON(true)).map(([name, value]) => [name, value]));
  if (headers['Content-Type'] === SAID_BY_AXIOS && typeof data !== 'string') delete headers['Content-Type'];
  return {
    method: methodOf(config),
    path: url,
    query: params,
    headers: Object.keys(headers).length === 0 ? undefined : headers,
    body: data,
    timeout: timeout === 0 ? undefined : timeout,
  };
}

function methodOf({ method = 'get' }: InternalAxiosRequestConfig): HttpMethod {
  const found = HTTP_METHODS.find((known) => known === method.toUpperCase());
  if (found) return found;
  throw new TypeError(`${method} is not a method of outgoing calls: ${HTTP_METHODS.join(', ')}`);
}

import { HttpService } from '@nestjs/axios';
import type { AxiosInstance, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import type { CallOrigin } from '../../http/request/call-origin';
import { getPathTemplate } from '../../http/request/path-template';
import type { RestRequest } from '../request/rest-request';
import type { ResponseHeaders } from '../../http/response/http-response';
import type { RestResponse } from '../response/rest-response';
import { findServiceCall, toAxiosConfig, toRestRequest } from './axios-request';
import { attachConfig, installAxiosRetry } from './axios-retry';
import { ServiceCall } from './service-call';

/** Options of axios that cancel a request. */
export type AxiosCancellation = Pick<InternalAxiosRequestConfig, 'signal' | 'cancelToken'>;

/** The connection behind axios. */
export interface AxiosBackend {
  /** Makes a call of a service. */
  send(request: RestRequest, origin: CallOrigin): Promise<RestResponse>;
  /** Makes a call that application code starts on the axios instance, outside of `send` of a connection. */
  sendStandalone(request: RestRequest, cancellation: AxiosCancellation): Promise<RestResponse>;
}

/** The axios that @nestjs/axios has loaded as an ES module: imported from here, it would be loaded once more, as CommonJS. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one type, which axios declares once for each module system
const axios = new HttpService().axiosRef as AxiosInstance;

/** Default options of axios that the facade uses. The others are removed: axios merges all of them into every request, which is most of its cost. */
const KEPT_DEFAULTS: ReadonlySet<string> = new Set(['adapter', 'allowAbsoluteUrls', 'proxy', 'maxRedirects']);

/**
 * The `HttpService` of a connection: axios for its interface and its interceptors, on top of the pipeline of the connection.
 *
 * An interceptor runs once for a call, however many attempts that has.
 */
export class AxiosFacade {
  readonly service: HttpService;
  readonly #instance: AxiosInstance;
  /** Number of interceptors that axios-retry has added. */
  readonly #ownInterceptors: number;

  constructor(private readonly backend: AxiosBackend) {
    this.#instance = axios.create({
      adapter: (config) => this.#handle(config),
      allowAbsoluteUrls: false,
      proxy: false,
      maxRedirects: 0,
    });
    for (const option of Object.keys(this.#instance.defaults)) {
      if (!KEPT_DEFAULTS.has(option)) Reflect.deleteProperty(this.#instance.defaults, option);
    }
    installAxiosRetry(this.#instance);
    this.#ownInterceptors = this.#countInterceptors();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
    this.service = new HttpService(this.#instance as HttpService['axiosRef']);
  }

  /** Whether users have added interceptors, which calls of services then pass through. */
  get hasInterceptors(): boolean {
    return this.#countInterceptors() !== this.#ownInterceptors;
  }

  /**
   * Makes a call of a service through the interceptors.
   *
   * @throws {TypeError} when an interceptor returns something that is not a response
   */
  async send(request: RestRequest, origin: CallOrigin): Promise<RestResponse> {
    const url = getPathTemplate(request.path).fill(request.params);
    const response: unknown = await this.#instance.request(toAxiosConfig(new ServiceCall(request, origin, url)));
    if (!isAxiosResponse(response)) throw new TypeError('an interceptor returned a value that is not a response');
    const { status, headers, data } = response;
    return { status, ok: status >= 200 && status <= 299, headers: toResponseHeaders(headers), data };
  }

  #countInterceptors(): number {
    const { request, response } = this.#instance.interceptors;
    return (request.handlers?.length ?? 0) + (response.handlers?.length ?? 0);
  }

  async #handle(config: InternalAxiosRequestConfig): Promise<AxiosResponse> {
    const serviceCall = findServiceCall(config);
    const request = toRestRequest(config, serviceCall);
    if (serviceCall) return toAxiosResponse(await this.backend.send(request, serviceCall.origin), config);
    try {
      return toAxiosResponse(await this.backend.sendStandalone(request, config), config);
    } catch (failure) {
      attachConfig(failure, config);
      throw failure;
    }
  }
}

function toAxiosResponse({ status, headers, data }: RestResponse, config: InternalAxiosRequestConfig): AxiosResponse {
  return { status, statusText: '', headers: copyHeaders(headers), data, config };
}

function copyHeaders(headers: ResponseHeaders): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => [name, typeof value === 'string' ? value : [...value]]),
  );
}

function toResponseHeaders(headers: AxiosResponse['headers']): ResponseHeaders {
  const entries = Object.entries(headers).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value.map(String) : String(value)]),
  );
}

function isAxiosResponse(value: unknown): value is AxiosResponse {
  return typeof value === 'object' && value !== null && 'status' in value && typeof value.status === 'number';
}

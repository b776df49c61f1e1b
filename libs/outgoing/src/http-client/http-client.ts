import { HttpService } from '@nestjs/axios';
import type { AxiosInstance, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import type { Attempt } from '../attempt/attempt';
import type { Policies } from '../policy/policies';
import { OutgoingCall } from '../request/outgoing-call';
import type { ResponseHeaders, RestResponse } from '../response/rest-response';
import { AdoptedCall } from './adopted-call';
import { FailedAttempt } from './failed-attempt';
import { installRetry, mayBeRepeated } from './retry';

/** What an HTTP client is made of. */
export interface HttpClientOptions {
  readonly attempt: Attempt;
  readonly policies: Policies;
  /** Makes a call of a request that came straight to the client, not through a connection. */
  readonly adopt: (config: InternalAxiosRequestConfig) => AdoptedCall;
}

/** The axios that @nestjs/axios has loaded as an ES module: imported from here, it would be loaded once more, as CommonJS. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one type, which axios declares once for each module system
const axios = new HttpService().axiosRef as AxiosInstance;

/** axios merges all options that it has into every request, which is most of what it costs. These mean something here. */
const MEANT: ReadonlySet<string> = new Set(['adapter', 'allowAbsoluteUrls', 'proxy', 'maxRedirects']);

/**
 * The HTTP client of a connection: axios for its interface and its retries, our attempts below it.
 *
 * A request whose `signal` is an {@link OutgoingCall} is that call, and has its {@link RestResponse} as `data`.
 */
export function httpClient(options: HttpClientOptions): HttpService {
  const instance = axios.create({
    adapter: (config) => {
      if (config.signal instanceof OutgoingCall) return run(options, config.signal, config);
      const call = options.adopt(config);
      return run(options, call, { ...config, signal: call });
    },
    allowAbsoluteUrls: false,
    proxy: false,
    maxRedirects: 0,
  });
  for (const option of Object.keys(instance.defaults)) {
    if (!MEANT.has(option)) Reflect.deleteProperty(instance.defaults, option);
  }
  installRetry(instance, options.policies);
  instance.interceptors.response.use(settleResponse, settleFailure);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return new HttpService(instance as HttpService['axiosRef']);
}

function run(
  { attempt, policies }: HttpClientOptions,
  call: OutgoingCall,
  config: InternalAxiosRequestConfig,
): Promise<AxiosResponse> {
  if (call.attempts === 0) policies.budget.recordCall();
  call.beginAttempt();
  const beganMs = performance.now();
  return attempt(call).then(
    (response) => {
      if (response.ok) policies.latency.add(performance.now() - beganMs);
      if (mayBeRepeated(call, { response })) throw new FailedAttempt(call, { response }, config);
      return asAxios(call, response, config);
    },
    (failure: unknown) => {
      throw new FailedAttempt(call, { failure }, config);
    },
  );
}

/** The headers of our own calls stay out of sight, in the data: axios goes through those that it sees twice. */
function asAxios(call: OutgoingCall, response: RestResponse, config: InternalAxiosRequestConfig): AxiosResponse {
  const { status, headers, data } = response;
  if (!(call instanceof AdoptedCall)) return { status, statusText: '', headers: {}, data: response, config };
  return { status, statusText: '', headers: copyOf(headers), data, config };
}

function copyOf(headers: ResponseHeaders): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => [name, typeof value === 'string' ? value : [...value]]),
  );
}

function settleResponse(response: AxiosResponse): AxiosResponse {
  const { signal } = response.config;
  if (signal instanceof AdoptedCall) signal.end();
  return response;
}

/** There is no further attempt: the last answer is the answer, the last failure the failure. */
function settleFailure(thrown: unknown): AxiosResponse {
  if (thrown instanceof FailedAttempt) {
    const { call, outcome, config } = thrown;
    if (call instanceof AdoptedCall) call.end();
    if ('response' in outcome) return asAxios(call, outcome.response, config);
    throw outcome.failure;
  }
  throw reasonOfCancel(thrown) ?? thrown;
}

/** axios has found, before it made the attempt, that the call was cancelled: it says so with an error of its own. */
function reasonOfCancel(thrown: unknown): Error | undefined {
  const config: unknown = thrown instanceof Error && 'config' in thrown ? thrown.config : undefined;
  const signal: unknown =
    typeof config === 'object' && config !== null && 'signal' in config ? config.signal : undefined;
  return signal instanceof OutgoingCall ? signal.context.scope.reason : undefined;
}

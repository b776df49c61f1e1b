import { HttpService } from '@nestjs/axios';
import type { AxiosInstance, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import type { AttemptHandler } from '../../policies/attempt-middleware';
import type { Policies } from '../../policies/policies';
import { OutgoingCall } from '../request/outgoing-call';
import type { ResponseHeaders, RestResponse } from '../response/rest-response';
import { StandaloneCall } from './standalone-call';
import { FailedAttempt } from './failed-attempt';
import { installRetry, isAttemptRetryable } from './axios-retry';

/** What an HTTP client is made of. */
export interface HttpServiceOptions {
  readonly attempt: AttemptHandler;
  readonly policies: Policies;
  /** Makes a call of a request that came straight to the client, not through a connection. */
  readonly createStandaloneCall: (config: InternalAxiosRequestConfig) => StandaloneCall;
}

/** The axios that @nestjs/axios has loaded as an ES module: imported from here, it would be loaded once more, as CommonJS. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one type, which axios declares once for each module system
const axios = new HttpService().axiosRef as AxiosInstance;

/** axios merges all options that it has into every request, which is most of what it costs. These mean something here. */
const KEPT_DEFAULTS: ReadonlySet<string> = new Set(['adapter', 'allowAbsoluteUrls', 'proxy', 'maxRedirects']);

/**
 * The HTTP client of a connection: axios for its interface and its retries, our attempts below it.
 *
 * A request whose `signal` is an {@link OutgoingCall} is that call, and has its {@link RestResponse} as `data`.
 */
export function createHttpService(options: HttpServiceOptions): HttpService {
  const instance = axios.create({
    adapter: (config) => {
      if (config.signal instanceof OutgoingCall) return runAttempt(options, config.signal, config);
      const call = options.createStandaloneCall(config);
      return runAttempt(options, call, { ...config, signal: call });
    },
    allowAbsoluteUrls: false,
    proxy: false,
    maxRedirects: 0,
  });
  for (const option of Object.keys(instance.defaults)) {
    if (!KEPT_DEFAULTS.has(option)) Reflect.deleteProperty(instance.defaults, option);
  }
  installRetry(instance, options.policies);
  instance.interceptors.response.use(settleResponse, settleFailure);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return new HttpService(instance as HttpService['axiosRef']);
}

function runAttempt(
  { attempt, policies }: HttpServiceOptions,
  call: OutgoingCall,
  config: InternalAxiosRequestConfig,
): Promise<AxiosResponse> {
  if (call.attemptCount === 0) policies.budget.recordCall();
  call.startAttempt();
  const beganMs = performance.now();
  return attempt(call).then(
    (response) => {
      if (response.ok) policies.latency.add(performance.now() - beganMs);
      if (isAttemptRetryable(call, { response })) throw new FailedAttempt(call, { response }, config);
      return toAxiosResponse(call, response, config);
    },
    (failure: unknown) => {
      throw new FailedAttempt(call, { failure }, config);
    },
  );
}

/** The headers of our own calls stay out of sight, in the data: axios goes through those that it sees twice. */
function toAxiosResponse(
  call: OutgoingCall,
  response: RestResponse,
  config: InternalAxiosRequestConfig,
): AxiosResponse {
  const { status, headers, data } = response;
  if (!(call instanceof StandaloneCall)) return { status, statusText: '', headers: {}, data: response, config };
  return { status, statusText: '', headers: copyHeaders(headers), data, config };
}

function copyHeaders(headers: ResponseHeaders): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => [name, typeof value === 'string' ? value : [...value]]),
  );
}

function settleResponse(response: AxiosResponse): AxiosResponse {
  const { signal } = response.config;
  if (signal instanceof StandaloneCall) signal.close();
  return response;
}

/** There is no further attempt: the last answer is the answer, the last failure the failure. */
function settleFailure(thrown: unknown): AxiosResponse {
  if (thrown instanceof FailedAttempt) {
    const { call, outcome, config } = thrown;
    if (call instanceof StandaloneCall) call.close();
    if ('response' in outcome) return toAxiosResponse(call, outcome.response, config);
    throw outcome.failure;
  }
  throw findCancelReason(thrown) ?? thrown;
}

/** axios has found, before it made the attempt, that the call was cancelled: it says so with an error of its own. */
function findCancelReason(thrown: unknown): Error | undefined {
  const config: unknown = thrown instanceof Error && 'config' in thrown ? thrown.config : undefined;
  const signal: unknown =
    typeof config === 'object' && config !== null && 'signal' in config ? config.signal : undefined;
  return signal instanceof OutgoingCall ? signal.context.scope.reason : undefined;
}

import { randomUUID } from 'node:crypto';
import type { HttpService } from '@nestjs/axios';
import { CancelledError } from '@trunkline/failures';
import { composeHandler, limitAttemptTime, Pipeline } from '@trunkline/resilience';
import type { CurrentInvocation } from '@trunkline/service';
import type { Logger } from '@trunkline/telemetry';
import { type Clock, toMs } from '@trunkline/time';
import { createJsonReader } from '../http/json/json-body';
import { createPolicyLogger } from '../policies/policy-log';
import type * as Facade from './axios/axios-facade';
import type { RestSettings } from './rest-settings';
import { ping, type PingReport, reportHold } from '../http/ping';
import { type CallerInvocation, type CallOrigin, createCallOrigin } from '../http/request/call-origin';
import { isIdempotent } from '../http/request/http-method';
import { createKeyContent, releaseKeyIfUncertain } from '../http/request/job-idempotency-key';
import { type CallLimits, OutgoingCall, type OutgoingRequest } from '../http/request/outgoing-call';
import { getPathTemplate } from '../http/request/path-template';
import { findEmptyListRule, formatQueryString } from './request/query-string';
import { serializeRequestBody } from './request/request-body';
import { RequestHeaders } from '../http/request/request-headers';
import type { RestRequest } from './request/rest-request';
import { createStandaloneScope } from '../http/request/standalone-scope';
import type { RestResponse } from './response/rest-response';
import { createHttpCallKind } from '../http/http-call-kind';
import type { HttpHandler } from '../http/transport/http-handler';
import { HttpTransport } from '../http/transport/http-transport';

/** What a connection receives from the bus. */
export interface ConnectionEnvironment {
  readonly logger: Logger;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
  /** For all that is measured and limited. */
  readonly clock: Clock;
  /** Finds the job that a call through {@link Connection.http} belongs to. */
  readonly currentInvocation?: CurrentInvocation | undefined;
}

/** One outgoing connection: an upstream, and the policies of its calls. Shared by all invocations. */
export class Connection {
  readonly #transport: HttpTransport;
  readonly #pipeline: Pipeline<OutgoingCall, RestResponse>;
  readonly #sendPing: HttpHandler;
  readonly #headers: RequestHeaders;
  readonly #limits: CallLimits;
  readonly #idempotentLimits: CallLimits;
  #axios: Facade.AxiosFacade | undefined;

  constructor(
    readonly settings: RestSettings,
    private readonly environment: ConnectionEnvironment,
  ) {
    const { name, headers, forwardHeaders, credentials, oauth2 } = settings;
    const { logger, random, clock } = environment;
    this.#headers = new RequestHeaders({
      configured: headers,
      forwarded: forwardHeaders,
      credentials,
      dynamicCredentialHeader: oauth2 && 'authorization',
    });
    const { timeoutMs, totalMs, isIdempotent: hasKeys } = settings;
    this.#limits = { timeoutMs, totalMs, isSafeToRetry: hasKeys, clock };
    this.#idempotentLimits = { ...this.#limits, isSafeToRetry: true };
    this.#transport = new HttpTransport({ ...settings, readBody: createJsonReader(settings.numbers) }, environment);
    const onEvent = createPolicyLogger(logger, clock);
    const kind = createHttpCallKind(settings, this.#transport);
    this.#pipeline = new Pipeline(settings.policies, kind, { name, clock, random, onEvent });
    this.#sendPing = composeHandler([limitAttemptTime(), kind.injectFaults], kind.transport);
  }

  /** The `HttpService` of the connection, for code outside of services. */
  get http(): HttpService {
    return this.#getAxios().service;
  }

  /** Makes a call. Rejects where there is no response, or an unreadable one; resolves whatever the status is. */
  call(request: RestRequest, invocation: CallerInvocation): Promise<RestResponse> {
    const origin = createCallOrigin(invocation);
    if (this.#axios?.hasInterceptors !== true) return this.#send(request, origin);
    const response = this.#axios.send(request, origin);
    origin.sideEffects?.track(response);
    return response;
  }

  /** Sends one request to the `ping` of the connection, past all policies; none during a hold. */
  async ping(): Promise<PingReport> {
    const { name: connection, timeoutMs, ping: request } = this.settings;
    if (!request) return { connection, state: 'unknown' };
    const { holdMs } = this.#pipeline;
    if (holdMs > 0) return reportHold(connection, holdMs);
    const { logger, clock } = this.environment;
    const scope = createStandaloneScope({ connection, totalMs: timeoutMs, clock });
    const origin = { cid: undefined, scope, logger };
    const call = new OutgoingCall(this.#createRequest(request, origin), this.#createLimits(request), origin);
    return ping({ connection, send: this.#sendPing, clock }, call).finally(() => scope.close());
  }

  /** Closes its sockets. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  #getAxios(): Facade.AxiosFacade {
    if (this.#axios) return this.#axios;
    // axios is loaded by the first connection that is used through it.
    // oxlint-disable-next-line typescript/no-require-imports -- see above
    const { AxiosFacade }: typeof Facade = require('./axios/axios-facade');
    this.#axios = new AxiosFacade({
      send: (request, origin) => this.#send(request, origin),
      sendStandalone: (request, cancellation) => this.#sendStandalone(request, cancellation),
    });
    return this.#axios;
  }

  #send(request: RestRequest, origin: CallOrigin): Promise<RestResponse> {
    let call: OutgoingCall;
    try {
      call = new OutgoingCall(this.#createRequest(request, origin), this.#createLimits(request), origin);
    } catch (thrown) {
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- what was thrown is passed on
      return Promise.reject(thrown);
    }
    const response = this.#pipeline.run(call);
    const { jobIdempotencyKey } = call.request;
    return jobIdempotencyKey ? releaseKeyIfUncertain(jobIdempotencyKey, response) : response;
  }

  async #sendStandalone(
    request: RestRequest,
    { signal, cancelToken }: Facade.AxiosCancellation,
  ): Promise<RestResponse> {
    const { name: connection, totalMs } = this.settings;
    const { logger, clock, currentInvocation } = this.environment;
    const scope = createStandaloneScope({ connection, totalMs, clock });
    const cancel = () => scope.cancel(new CancelledError('the request was cancelled'));
    signal?.addEventListener?.('abort', cancel);
    void cancelToken?.promise.then(cancel);
    // The deadline is not that of the invocation, which may end before what it has started.
    const caller = currentInvocation?.invocation;
    const origin = { cid: caller?.cid, scope, logger, sideEffects: caller?.sideEffects, job: caller?.context.job };
    try {
      return await this.#send(request, origin);
    } finally {
      scope.close();
      signal?.removeEventListener?.('abort', cancel);
    }
  }

  #createRequest(request: RestRequest, { cid, inbound, job }: CallOrigin): OutgoingRequest {
    const { method, headers: callerHeaders } = request;
    const { body, contentType } = serializeRequestBody(method, request.body);
    const path = this.#createTarget(request);
    const { name, isIdempotent: hasKeys } = this.settings;
    // A job repeats its calls with the same keys. Any other call is repeated only where the upstream heeds keys.
    const jobIdempotencyKey =
      job && !isIdempotent(method)
        ? job.acquireIdempotencyKey(createKeyContent(name, { method, target: path, body, contentType }))
        : undefined;
    const idempotencyKey = jobIdempotencyKey?.key ?? (hasKeys && !isIdempotent(method) ? randomUUID() : undefined);
    const headers = this.#headers.build({ cid, inbound, callerHeaders, contentType, idempotencyKey });
    return { method, path, headers, body, jobIdempotencyKey };
  }

  #createTarget({ method, path, params, query, emptyList = this.settings.emptyList }: RestRequest): string {
    const filled = this.settings.basePath + getPathTemplate(path).fill(params) || '/';
    return query ? filled + formatQueryString(query, emptyList ?? findEmptyListRule(method)) : filled;
  }

  #createLimits({ method, timeout }: Pick<RestRequest, 'method' | 'timeout'>): CallLimits {
    const limits = isIdempotent(method) ? this.#idempotentLimits : this.#limits;
    return timeout === undefined ? limits : { ...limits, timeoutMs: toMs(timeout) };
  }
}

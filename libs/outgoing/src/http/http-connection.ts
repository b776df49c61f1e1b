import { randomUUID } from 'node:crypto';
import { composeHandler, createPipeline, limitAttemptTime, type Pipeline } from '@trunkline/resilience';
import { toMs } from '@trunkline/time';
import type { ConnectionEnvironment } from '../connection-kind';
import type { PingReport } from '../ping-report';
import { policies } from '../policies';
import { StoreCallCounter } from '../policies/limit/store-call-counter';
import { createPolicyLogger } from '../policies/policy-log';
import { createHttpCallKind, type HttpClassifier } from './http-call-kind';
import type { HttpSettings } from './http-settings';
import { ping, reportHold } from './ping';
import type { CallOrigin } from './request/call-origin';
import { isIdempotent } from './request/http-method';
import type { HttpRequest } from './request/http-request';
import { createKeyContent, releaseKeyIfUncertain } from './request/job-idempotency-key';
import { type CallLimits, OutgoingCall, type OutgoingRequest } from './request/outgoing-call';
import { getPathTemplate } from './request/path-template';
import { RequestHeaders } from './request/request-headers';
import { createStandaloneScope } from './request/standalone-scope';
import type { BodyReader, HttpResponse } from './response/http-response';
import type { HttpHandler } from './transport/http-handler';
import { HttpTransport } from './transport/http-transport';

/** What a kind of connections over HTTP brings. */
export interface HttpConnectionOptions {
  readonly settings: HttpSettings;
  /** Media types of the responses that the kind can read: the header `Accept`. */
  readonly accept: string;
  readonly readBody: BodyReader;
  /** What outcomes mean, where that depends on more than status, headers and failures. Default: {@link HttpOutcomeClassifier}. */
  readonly classifier?: HttpClassifier;
}

/** A connection over HTTP, without the form of its requests: an upstream, and the policies of its calls. Shared by all invocations. */
export class HttpConnection {
  readonly #settings: HttpSettings;
  readonly #transport: HttpTransport;
  readonly #pipeline: Pipeline<OutgoingCall, HttpResponse>;
  readonly #sendPing: HttpHandler;
  readonly #headers: RequestHeaders;
  readonly #limits: CallLimits;
  readonly #idempotentLimits: CallLimits;

  constructor(
    { settings, accept, readBody, classifier }: HttpConnectionOptions,
    private readonly environment: ConnectionEnvironment,
  ) {
    const { name, headers, forwardHeaders, credentials, oauth2 } = settings;
    const { logger, random, clock } = environment;
    this.#settings = settings;
    this.#headers = new RequestHeaders({
      accept,
      configured: headers,
      forwarded: forwardHeaders,
      credentials,
      dynamicCredentialHeader: oauth2 && 'authorization',
    });
    const { timeoutMs, totalMs, isIdempotent: hasKeys } = settings;
    this.#limits = { timeoutMs, totalMs, isSafeToRetry: hasKeys, clock };
    this.#idempotentLimits = { ...this.#limits, isSafeToRetry: true };
    this.#transport = new HttpTransport({ ...settings, readBody }, environment);
    const onEvent = createPolicyLogger(logger, clock, policies.logLines);
    const kind = createHttpCallKind(settings, this.#transport, classifier);
    const { limit } = settings.policies;
    const callCounter = limit && new StoreCallCounter(name, limit, environment);
    this.#pipeline = createPipeline({ ...settings.policies, callCounter }, kind, { name, clock, random, onEvent });
    this.#sendPing = composeHandler([limitAttemptTime(), kind.injectFaults], kind.transport);
  }

  /** Makes a call. Rejects where there is no response, or an unreadable one; resolves whatever the status is. */
  send(request: HttpRequest, origin: CallOrigin): Promise<HttpResponse> {
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

  /** Creates the origin of a call that belongs to no invocation. The caller closes its scope. */
  createStandaloneOrigin(): CallOrigin {
    const { name: connection, totalMs } = this.#settings;
    const { logger, clock, currentInvocation } = this.environment;
    const scope = createStandaloneScope({ connection, totalMs, clock });
    // The deadline is not that of the invocation, which may end before what it has started.
    const caller = currentInvocation?.invocation;
    return { cid: caller?.cid, scope, logger, sideEffects: caller?.sideEffects, job: caller?.context.job };
  }

  /** Sends one request to the `ping` of the connection, past all policies; none during a hold. */
  async ping(): Promise<PingReport> {
    const { name: connection, timeoutMs, ping: configured, basePath } = this.#settings;
    if (!configured) return { connection, state: 'unknown' };
    const { holdMs } = this.#pipeline;
    if (holdMs > 0) return reportHold(connection, holdMs);
    const { logger, clock } = this.environment;
    const scope = createStandaloneScope({ connection, totalMs: timeoutMs, clock });
    const origin = { cid: undefined, scope, logger };
    const target = basePath + getPathTemplate(configured.path).fill() || '/';
    const request = { method: configured.method, target };
    const call = new OutgoingCall(this.#createRequest(request, origin), this.#createLimits(request), origin);
    return ping({ connection, send: this.#sendPing, clock }, call).finally(() => scope.close());
  }

  /** Closes its sockets. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  #createRequest(request: HttpRequest, { cid, inbound, job }: CallOrigin): OutgoingRequest {
    const { method, target: path, headers: callerHeaders, body, contentType, expected } = request;
    const { name, isIdempotent: hasKeys } = this.#settings;
    // A job repeats its calls with the same keys. Any other call is repeated only where the upstream supports keys.
    const jobIdempotencyKey =
      job && !isIdempotent(method)
        ? job.acquireIdempotencyKey(createKeyContent(name, { method, target: path, body, contentType }))
        : undefined;
    const idempotencyKey = jobIdempotencyKey?.key ?? (hasKeys && !isIdempotent(method) ? randomUUID() : undefined);
    const accept = expected?.accept;
    const headers = this.#headers.build({ cid, inbound, accept, callerHeaders, contentType, idempotencyKey });
    return { method, path, headers, body, readBody: expected?.readBody, jobIdempotencyKey };
  }

  #createLimits({ method, timeout }: Pick<HttpRequest, 'method' | 'timeout'>): CallLimits {
    const limits = isIdempotent(method) ? this.#idempotentLimits : this.#limits;
    return timeout === undefined ? limits : { ...limits, timeoutMs: toMs(timeout) };
  }
}

import { randomUUID } from 'node:crypto';
import type { HttpService } from '@nestjs/axios';
import type { Invocation, JobRun } from '@trunkline/service';
import type { Logger } from '@trunkline/telemetry';
import { type Clock, type Duration, toMs } from '@trunkline/time';
import type { InternalAxiosRequestConfig } from 'axios';
import { composeAttempt } from '../policies/attempt-middleware';
import { RestTransport } from './transport/rest-transport';
import type { ConnectionSettings } from './connection-settings';
import { toRestRequest } from './axios/axios-request';
import { StandaloneCall } from './axios/standalone-call';
import { createHttpService } from './axios/http-service';
import { Policies } from '../policies/policies';
import { createPolicyLogger } from '../policies/policy-log';
import { createKeyContent, releaseKeyIfUncertain } from './request/job-idempotency-key';
import type { HeaderValues } from './request/header-rules';
import { type HttpMethod, isIdempotent } from './request/http-method';
import { type CallLimits, OutgoingCall, type OutgoingRequest } from './request/outgoing-call';
import { getPathTemplate } from './request/path-template';
import { type EmptyListRule, findEmptyListRule, formatQueryString } from './request/query-string';
import { serializeRequestBody } from './request/request-body';
import { RequestHeaders } from './request/request-headers';
import type { InboundHeaders } from './request/trace-context';
import type { RestResponse } from './response/rest-response';
import { ping, type PingReport, reportHold } from './ping';

/** What is asked of an upstream. */
export interface RestRequest {
  readonly method: HttpMethod;
  /** Path below the url of the connection, with `{placeholders}`. */
  readonly path: string;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly emptyList?: EmptyListRule | undefined;
  readonly headers?: HeaderValues | undefined;
  readonly body?: unknown;
  readonly timeout?: Duration | undefined;
}

/** The invocation on whose behalf it is asked. */
export type CallerInvocation = Pick<Invocation, 'cid' | 'scope' | 'logger' | 'context' | 'sideEffects'>;

/** What a request says of where it comes from. */
interface RequestSource {
  readonly cid: string | undefined;
  readonly inbound: InboundHeaders | undefined;
  /** The job it is asked for. */
  readonly job?: JobRun | undefined;
}

/** What a connection gets from the bus. */
export interface ConnectionEnvironment {
  readonly logger: Logger;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
  /** For all that policies measure and wait for. */
  readonly clock: Clock;
}

/** One outgoing connection: the way to an upstream, with its policies around it. Shared by all invocations. */
export class Connection {
  readonly http: HttpService;
  readonly #transport: RestTransport;
  readonly #policies: Policies;
  readonly #headers: RequestHeaders;

  constructor(
    readonly settings: ConnectionSettings,
    private readonly environment: ConnectionEnvironment,
  ) {
    const { name, headers, forwardHeaders, credentials, oauth2 } = settings;
    const dynamicCredentialHeader = oauth2 && 'authorization';
    this.#headers = new RequestHeaders({
      configured: headers,
      forwarded: forwardHeaders,
      credentials,
      dynamicCredentialHeader,
    });
    const { logger, random, clock } = environment;
    const policies = new Policies(settings.policies, {
      name,
      clock,
      random,
      onEvent: createPolicyLogger(logger, clock),
    });
    this.#policies = policies;
    this.#transport = new RestTransport(settings, environment);
    this.http = createHttpService({
      attempt: composeAttempt(policies.middleware, this.#transport.attempt),
      policies,
      createStandaloneCall: (config) => this.#createStandaloneCall(config),
    });
  }

  /** Rejects with a failure of DESIGN section 5 where no answer came, or none that can be read; resolves whatever its status. */
  async call(ask: RestRequest, context: CallerInvocation): Promise<RestResponse> {
    const { inbound, job } = context.context;
    const source = { cid: context.cid, inbound: inbound?.headers, job };
    const call = new OutgoingCall(this.#createRequest(ask, source), this.#createLimits(ask), context);
    const { method, path, jobIdempotencyKey } = call.request;
    const asked = this.http.axiosRef.request<RestResponse>({ method, url: path, signal: call });
    context.sideEffects?.track(asked);
    const { data } = jobIdempotencyKey ? await releaseKeyIfUncertain(jobIdempotencyKey, asked) : await asked;
    return data;
  }

  /** Asks the upstream how it is: one attempt, past all policies, and none while it has asked to be left alone. */
  async ping(): Promise<PingReport> {
    const { name: connection, timeoutMs, ping: ask } = this.settings;
    if (!ask) return { connection, state: 'unknown' };
    const { holdMs } = this.#policies;
    if (holdMs > 0) return reportHold(connection, holdMs);
    const request = this.#createRequest(ask, { cid: undefined, inbound: undefined });
    const terms = { timeoutMs, totalMs: timeoutMs, isSafeToRetry: false };
    const { logger } = this.environment;
    return ping(connection, this.#transport.attempt, new StandaloneCall(request, terms, {}, { connection, logger }));
  }

  /** Closes its sockets. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  #createRequest(ask: RestRequest, { cid, inbound, job }: RequestSource): OutgoingRequest {
    const { method, headers: callerHeaders } = ask;
    const { body, contentType } = serializeRequestBody(method, ask.body);
    const target = this.#createTarget(ask);
    const { name, isIdempotent: hasKeys } = this.settings;
    // A job is retried, with the same key each time; any other call is repeated only where the upstream heeds keys.
    const jobIdempotencyKey =
      job && !isIdempotent(method)
        ? job.acquireIdempotencyKey(createKeyContent(name, { method, target, body, contentType }))
        : undefined;
    const idempotencyKey = jobIdempotencyKey?.key ?? (hasKeys && !isIdempotent(method) ? randomUUID() : undefined);
    const written = this.#headers.build({ cid, inbound, callerHeaders, contentType, idempotencyKey });
    return { method, path: target, headers: written, body, jobIdempotencyKey };
  }

  #createTarget({ method, path, params, query, emptyList = this.settings.emptyList }: RestRequest): string {
    const filled = this.settings.basePath + getPathTemplate(path).fill(params) || '/';
    return query ? filled + formatQueryString(query, emptyList ?? findEmptyListRule(method)) : filled;
  }

  #createLimits({ method, timeout }: RestRequest): CallLimits {
    const { timeoutMs, totalMs, isIdempotent: isMadeIdempotent } = this.settings;
    return {
      timeoutMs: timeout === undefined ? timeoutMs : toMs(timeout),
      totalMs,
      isSafeToRetry: isMadeIdempotent || isIdempotent(method),
    };
  }

  #createStandaloneCall(config: InternalAxiosRequestConfig): StandaloneCall {
    const ask = toRestRequest(config);
    const { name } = this.settings;
    const request = this.#createRequest(ask, { cid: undefined, inbound: undefined });
    return new StandaloneCall(request, this.#createLimits(ask), config, {
      connection: name,
      logger: this.environment.logger,
    });
  }
}

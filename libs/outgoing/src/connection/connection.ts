import { randomUUID } from 'node:crypto';
import type { HttpService } from '@nestjs/axios';
import type { Invocation, JobRun } from '@trunkline/service';
import type { Logger } from '@trunkline/telemetry';
import type { Duration } from '@trunkline/time';
import { type Clock, toMs } from '@trunkline/time';
import type { InternalAxiosRequestConfig } from 'axios';
import { within } from '../attempt/attempt';
import { Upstream } from '../attempt/upstream';
import type { ConnectionSettings } from '../configuration/connection-settings';
import { askOf } from '../http-client/adopted-ask';
import { AdoptedCall } from '../http-client/adopted-call';
import { httpClient } from '../http-client/http-client';
import { Policies } from '../policy/policies';
import { policyLog } from '../policy/policy-log';
import { describeEffect, settleEffect } from '../request/effect';
import type { HeaderValues } from '../request/header-rules';
import { type HttpMethod, isIdempotent } from '../request/http-method';
import { type CallTerms, OutgoingCall, type OutgoingRequest } from '../request/outgoing-call';
import { templateOf } from '../request/path-template';
import { type EmptyListRule, findEmptyListRule, queryString } from '../request/query-string';
import { requestBody } from '../request/request-body';
import { RequestHeaders } from '../request/request-headers';
import type { InboundHeaders } from '../request/trace-context';
import type { RestResponse } from '../response/rest-response';
import { ping, type PingReport, reportHold } from './ping';

/** What is asked of an upstream. */
export interface ConnectionAsk {
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
export type AskContext = Pick<Invocation, 'cid' | 'scope' | 'logger' | 'context' | 'footprint'>;

/** What a request says of where it comes from. */
interface AskSource {
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
  readonly #upstream: Upstream;
  readonly #policies: Policies;
  readonly #headers: RequestHeaders;

  constructor(
    readonly settings: ConnectionSettings,
    private readonly environment: ConnectionEnvironment,
  ) {
    const { name, headers, forwardHeaders, credentials, oauth2 } = settings;
    const changingCredentials = oauth2 && 'authorization';
    this.#headers = new RequestHeaders({
      configured: headers,
      forwarded: forwardHeaders,
      credentials,
      changingCredentials,
    });
    const { logger, random, clock } = environment;
    const policies = new Policies(settings.policies, { name, clock, random, onEvent: policyLog(logger, clock) });
    this.#policies = policies;
    this.#upstream = new Upstream(settings, environment);
    this.http = httpClient({
      attempt: within(policies.steps, this.#upstream.attempt),
      policies,
      adopt: (config) => this.#adopt(config),
    });
  }

  /** Rejects with a failure of DESIGN section 5 where no answer came, or none that can be read; resolves whatever its status. */
  async call(ask: ConnectionAsk, context: AskContext): Promise<RestResponse> {
    const { inbound, job } = context.context;
    const source = { cid: context.cid, inbound: inbound?.headers, job };
    const call = new OutgoingCall(this.#requestOf(ask, source), this.#termsOf(ask), context);
    const { method, path, effect } = call.request;
    const asked = this.http.axiosRef.request<RestResponse>({ method, url: path, signal: call });
    context.footprint?.watch(asked);
    const { data } = effect ? await settleEffect(effect, asked) : await asked;
    return data;
  }

  /** Asks the upstream how it is: one attempt, past all policies, and none while it has asked to be left alone. */
  async ping(): Promise<PingReport> {
    const { name: connection, timeoutMs, ping: ask } = this.settings;
    if (!ask) return { connection, state: 'unknown' };
    const { holdMs } = this.#policies;
    if (holdMs > 0) return reportHold(connection, holdMs);
    const request = this.#requestOf(ask, { cid: undefined, inbound: undefined });
    const terms = { timeoutMs, totalMs: timeoutMs, isRepeatable: false };
    const { logger } = this.environment;
    return ping(connection, this.#upstream.attempt, new AdoptedCall(request, terms, {}, { connection, logger }));
  }

  /** Closes its sockets. */
  close(): Promise<void> {
    return this.#upstream.close();
  }

  #requestOf(ask: ConnectionAsk, { cid, inbound, job }: AskSource): OutgoingRequest {
    const { method, headers: own } = ask;
    const { body, contentType } = requestBody(method, ask.body);
    const target = this.#writeTarget(ask);
    const { name, isIdempotent: hasKeys } = this.settings;
    // A job is retried, with the same key each time; any other call is repeated only where the upstream heeds keys.
    const effect =
      job && !isIdempotent(method)
        ? job.takeKey(describeEffect(name, { method, target, body, contentType }))
        : undefined;
    const idempotencyKey = effect?.key ?? (hasKeys && !isIdempotent(method) ? randomUUID() : undefined);
    const written = this.#headers.of({ cid, inbound, own, contentType, idempotencyKey });
    return { method, path: target, headers: written, body, effect };
  }

  #writeTarget({ method, path, params, query, emptyList = this.settings.emptyList }: ConnectionAsk): string {
    const filled = this.settings.basePath + templateOf(path).fill(params) || '/';
    return query ? filled + queryString(query, emptyList ?? findEmptyListRule(method)) : filled;
  }

  #termsOf({ method, timeout }: ConnectionAsk): CallTerms {
    const { timeoutMs, totalMs, isIdempotent: isMadeIdempotent } = this.settings;
    return {
      timeoutMs: timeout === undefined ? timeoutMs : toMs(timeout),
      totalMs,
      isRepeatable: isMadeIdempotent || isIdempotent(method),
    };
  }

  #adopt(config: InternalAxiosRequestConfig): AdoptedCall {
    const ask = askOf(config);
    const { name } = this.settings;
    const request = this.#requestOf(ask, { cid: undefined, inbound: undefined });
    return new AdoptedCall(request, this.#termsOf(ask), config, { connection: name, logger: this.environment.logger });
  }
}

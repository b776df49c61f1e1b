import { randomUUID } from 'node:crypto';
import type { HttpService } from '@nestjs/axios';
import type { Invocation } from '@trunkline/service';
import type { Logger } from '@trunkline/telemetry';
import type { Duration } from '@trunkline/time';
import { toMs } from '@trunkline/time';
import type { InternalAxiosRequestConfig } from 'axios';
import { AdoptedCall } from '../http-client/adopted-call';
import { within } from '../attempt/attempt';
import type { ConnectionSettings } from '../configuration/connection-settings';
import { askOf } from '../http-client/adopted-ask';
import type { HeaderValues } from '../request/header-rules';
import { httpClient } from '../http-client/http-client';
import { type HttpMethod, isIdempotent } from '../request/http-method';
import { type CallTerms, OutgoingCall, type OutgoingRequest } from '../request/outgoing-call';
import { templateOf } from '../request/path-template';
import { queryString } from '../request/query-string';
import { followRedirects } from '../attempt/redirects';
import { requestBody } from '../request/request-body';
import { RequestHeaders } from '../request/request-headers';
import type { RestResponse } from '../response/rest-response';
import type { InboundHeaders } from '../request/trace-context';
import { Transport } from '../attempt/transport';

/** What is asked of an upstream. */
export interface ConnectionAsk {
  readonly method: HttpMethod;
  /** Path below the url of the connection, with `{placeholders}`. */
  readonly path: string;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly headers?: HeaderValues | undefined;
  readonly body?: unknown;
  readonly timeout?: Duration | undefined;
}

/** The invocation on whose behalf it is asked. */
export type AskContext = Pick<Invocation, 'cid' | 'scope' | 'logger' | 'request'>;

/** What a request says of where it comes from. */
interface AskSource {
  readonly cid: string | undefined;
  readonly inbound: InboundHeaders | undefined;
}

/** What a connection gets from the bus. */
export interface ConnectionEnvironment {
  readonly logger: Logger;
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number;
}

/** One outgoing connection: the way to an upstream, with its policies around it. Shared by all invocations. */
export class Connection {
  readonly http: HttpService;
  readonly #transport: Transport;
  readonly #headers: RequestHeaders;

  constructor(
    readonly settings: ConnectionSettings,
    private readonly environment: ConnectionEnvironment,
  ) {
    const { name, origin, maxRedirects, retry, headers, forwardHeaders, credentials } = settings;
    this.#headers = new RequestHeaders({ configured: headers, forwarded: forwardHeaders, credentials });
    this.#transport = new Transport({ ...settings, connection: name });
    this.http = httpClient({
      attempt: within([followRedirects({ connection: name, origin, maxRedirects })], this.#transport.attempt),
      retry: retry && { ...retry, connection: name, random: environment.random },
      adopt: (config) => this.#adopt(config),
    });
  }

  /** Rejects with a failure of DESIGN section 5 where no answer came, or none that can be read; resolves whatever its status. */
  async call(ask: ConnectionAsk, context: AskContext): Promise<RestResponse> {
    const source = { cid: context.cid, inbound: context.request.http?.headers };
    const call = new OutgoingCall(this.#requestOf(ask, source), this.#termsOf(ask), context);
    const { method, path } = call.request;
    const { data } = await this.http.axiosRef.request<RestResponse>({ method, url: path, signal: call });
    return data;
  }

  /** Closes its sockets. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  #requestOf(ask: ConnectionAsk, { cid, inbound }: AskSource): OutgoingRequest {
    const { method, path, params, query, headers: own } = ask;
    const { body, contentType } = requestBody(method, ask.body);
    const isKeyed = this.settings.isIdempotent && !isIdempotent(method);
    const idempotencyKey = isKeyed ? randomUUID() : undefined;
    return {
      method,
      path: (this.settings.basePath + templateOf(path).fill(params) || '/') + (query ? queryString(query) : ''),
      headers: this.#headers.of({ cid, inbound, own, contentType, idempotencyKey }),
      body,
    };
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

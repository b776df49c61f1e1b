import type { Invocation } from '@trunkline/service';
import type { Duration } from '@trunkline/time';
import type { OnStatus } from './adapter/on-status';
import type { BodyFormat } from './formats/body-format';
import type { Expectation, ExpectedData } from './formats/expectation';
import type { HeaderValues } from '../http/request/header-rules';
import type { HttpMethod } from '../http/request/http-method';
import type { PathParameter } from '../http/request/path-template';
import type { EmptyListRule, Query } from './request/query-string';
import type { RestResponse } from './response/rest-response';
import type { RestRequest } from './request/rest-request';
import type { Connection } from './connection';

/** Options of a call. */
export interface CallOptions {
  /** Values of the `{placeholders}` of the path. They may come from clients: a value that could leave the path is rejected. */
  readonly params?: Readonly<Record<string, PathParameter | undefined>>;
  /** A list repeats its key; `undefined` and `null` are left out. */
  readonly query?: Query;
  /** Rule for empty lists in the query. Default: that of the connection, otherwise `refuse` on DELETE, `drop` elsewhere. */
  readonly emptyList?: EmptyListRule;
  /** Headers in addition to those of the connection. Credentials, the correlation id and headers of HTTP itself cannot be set. */
  readonly headers?: HeaderValues;
  /** What the body of a success is read as. Default: JSON. A response that is no success is read as JSON in any case. */
  readonly expect?: Expectation | undefined;
  /** Time limit of one attempt, to its last byte. Default: that of the connection. */
  readonly timeout?: Duration;
}

/** Options of a call that expects something else than JSON: it determines the type of `data`. */
export type Expecting<Options, Kind extends keyof ExpectedData> = Options & { readonly expect: Kind };

/** Options of a call with a body. */
export interface BodyOptions extends CallOptions {
  /** Sent in its `format`. `undefined`: no body. */
  readonly body?: unknown;
  /** Default: strings, bytes and `URLSearchParams` as they are, other values as JSON. */
  readonly format?: BodyFormat | undefined;
}

/** Options of a call whose parameters are only known at run time. They are validated when the call is made. */
export type RequestOptions = Omit<RestRequest, 'method' | 'path'>;

const NONE: RequestOptions = {};

/**
 * An outgoing connection for the calls of one invocation: `this.out.rest['CRM']`.
 *
 * A status of 400 or more does not throw: check `status` or `ok`. A call that cannot be completed throws. Every method returns the
 * {@link RestResponse}.
 *
 * @throws {UpstreamError} without a readable response: connection refused or lost, timeout, not what the call expects, too large, a redirect
 * @throws {BusError} 400 `BAD_REQUEST` for an invalid parameter or header
 * @throws {DeadlineExceededError | CancelledError} when the invocation ends first: the reason of its end
 */
export class RestConnection {
  readonly #connection: Connection;
  readonly #invocation: Invocation;

  constructor(connection: Connection, invocation: Invocation) {
    this.#connection = connection;
    this.#invocation = invocation;
  }

  /** Name of the connection. */
  get name(): string {
    return this.#connection.settings.name;
  }

  /** Rules of adapters of this connection for statuses. */
  get onStatus(): OnStatus {
    return this.#connection.settings.onStatus;
  }

  /** The rule for empty lists in queries. `undefined`: it depends on the method. */
  get emptyList(): EmptyListRule | undefined {
    return this.#connection.settings.emptyList;
  }

  get<Kind extends keyof ExpectedData>(
    path: string,
    options: Expecting<CallOptions, Kind>,
  ): Promise<RestResponse<ExpectedData[Kind]>>;
  get<Data = unknown>(path: string, options?: CallOptions): Promise<RestResponse<Data>>;
  get(path: string, options?: CallOptions): Promise<RestResponse> {
    return this.request('GET', path, options);
  }

  head(path: string, options?: CallOptions): Promise<RestResponse<undefined>> {
    return this.request('HEAD', path, options);
  }

  options<Kind extends keyof ExpectedData>(
    path: string,
    options: Expecting<CallOptions, Kind>,
  ): Promise<RestResponse<ExpectedData[Kind]>>;
  options<Data = unknown>(path: string, options?: CallOptions): Promise<RestResponse<Data>>;
  options(path: string, options?: CallOptions): Promise<RestResponse> {
    return this.request('OPTIONS', path, options);
  }

  post<Kind extends keyof ExpectedData>(
    path: string,
    options: Expecting<BodyOptions, Kind>,
  ): Promise<RestResponse<ExpectedData[Kind]>>;
  post<Data = unknown>(path: string, options?: BodyOptions): Promise<RestResponse<Data>>;
  post(path: string, options?: BodyOptions): Promise<RestResponse> {
    return this.request('POST', path, options);
  }

  put<Kind extends keyof ExpectedData>(
    path: string,
    options: Expecting<BodyOptions, Kind>,
  ): Promise<RestResponse<ExpectedData[Kind]>>;
  put<Data = unknown>(path: string, options?: BodyOptions): Promise<RestResponse<Data>>;
  put(path: string, options?: BodyOptions): Promise<RestResponse> {
    return this.request('PUT', path, options);
  }

  patch<Kind extends keyof ExpectedData>(
    path: string,
    options: Expecting<BodyOptions, Kind>,
  ): Promise<RestResponse<ExpectedData[Kind]>>;
  patch<Data = unknown>(path: string, options?: BodyOptions): Promise<RestResponse<Data>>;
  patch(path: string, options?: BodyOptions): Promise<RestResponse> {
    return this.request('PATCH', path, options);
  }

  delete<Kind extends keyof ExpectedData>(
    path: string,
    options: Expecting<BodyOptions, Kind>,
  ): Promise<RestResponse<ExpectedData[Kind]>>;
  delete<Data = unknown>(path: string, options?: BodyOptions): Promise<RestResponse<Data>>;
  delete(path: string, options?: BodyOptions): Promise<RestResponse> {
    return this.request('DELETE', path, options);
  }

  /**
   * Makes a call whose method is only known at run time.
   *
   * @param path - path below the URL of the connection, with `{placeholders}`: `/things/{id}`
   * @typeParam Data - expected type of the JSON; it is not validated
   */
  request<Data = unknown>(
    method: HttpMethod,
    path: string,
    options: RequestOptions = NONE,
  ): Promise<RestResponse<Data>> {
    const { params, query, emptyList, headers, body, format, expect, timeout } = options;
    // One shape for all calls: spreading the options is slower.
    const call = { method, path, params, query, emptyList, headers, body, format, expect, timeout };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the caller declares the type of the data
    return this.#connection.call(call, this.#invocation) as Promise<RestResponse<Data>>;
  }
}

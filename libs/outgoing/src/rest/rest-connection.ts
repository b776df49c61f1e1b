import type { Invocation } from '@trunkline/service';
import type { Duration } from '@trunkline/time';
import type { OnStatus } from './adapter/on-status';
import type { HeaderValues } from './request/header-rules';
import type { HttpMethod } from './request/http-method';
import type { PathParameter } from './request/path-template';
import type { EmptyListRule, Query } from './request/query-string';
import type { RestResponse } from './response/rest-response';
import type { RestRequest } from './request/rest-request';
import type { Connection } from './connection';

/** What a call is given besides its path. */
export interface CallOptions {
  /** Values for the `{placeholders}` of the path. They may come from clients: what could lead out of the path is refused. */
  readonly params?: Readonly<Record<string, PathParameter | undefined>>;
  /** A list repeats its key; what is `undefined` or `null` is left out. */
  readonly query?: Query;
  /** What becomes of an empty list of the query. Default: as the connection is configured, else `refuse` on DELETE, `drop` elsewhere. */
  readonly emptyList?: EmptyListRule;
  /** Besides those of the connection. Its credentials, the correlation id and what HTTP itself needs cannot be set. */
  readonly headers?: HeaderValues;
  /** The longest one attempt may take, to its last byte. Default: as the connection is configured. */
  readonly timeout?: Duration;
}

/** What a call with a body is given besides its path. */
export interface BodyOptions extends CallOptions {
  /** Sent as JSON; text, bytes and `URLSearchParams` as they are. `undefined`: no body. */
  readonly body?: unknown;
}

/** What a call is given whose parameters are not known before it is made. They are checked as it is made. */
export type RequestOptions = Omit<RestRequest, 'method' | 'path'>;

const NONE: RequestOptions = {};

/**
 * An outgoing connection, on behalf of the invocation that asked for it: `this.out.rest['CRM']`.
 *
 * A status of 400 and more does not throw: look at `status` or `ok`. What could not be completed throws.
 * Every method gives the {@link RestResponse} and
 *
 * @throws {UpstreamError} when no answer came, or none that can be read: refused, broken off, too slow, not JSON, too large, a redirect
 * @throws {BusError} 400 `BAD_REQUEST` for a parameter or header that must not get into a request
 * @throws {DeadlineExceededError | CancelledError} when the invocation ends before: what it was ended with
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

  /** What adapters on this connection make of statuses. */
  get onStatus(): OnStatus {
    return this.#connection.settings.onStatus;
  }

  /** The rule for empty lists in queries. `undefined`: it depends on the method. */
  get emptyList(): EmptyListRule | undefined {
    return this.#connection.settings.emptyList;
  }

  get<Data = unknown>(path: string, options?: CallOptions): Promise<RestResponse<Data>> {
    return this.request('GET', path, options);
  }

  head(path: string, options?: CallOptions): Promise<RestResponse<undefined>> {
    return this.request('HEAD', path, options);
  }

  options<Data = unknown>(path: string, options?: CallOptions): Promise<RestResponse<Data>> {
    return this.request('OPTIONS', path, options);
  }

  post<Data = unknown>(path: string, options?: BodyOptions): Promise<RestResponse<Data>> {
    return this.request('POST', path, options);
  }

  put<Data = unknown>(path: string, options?: BodyOptions): Promise<RestResponse<Data>> {
    return this.request('PUT', path, options);
  }

  patch<Data = unknown>(path: string, options?: BodyOptions): Promise<RestResponse<Data>> {
    return this.request('PATCH', path, options);
  }

  delete<Data = unknown>(path: string, options?: BodyOptions): Promise<RestResponse<Data>> {
    return this.request('DELETE', path, options);
  }

  /**
   * The form for what only the running program knows; the others are made of it.
   *
   * @param path - below the url of the connection, with `{placeholders}`: `/things/{id}`
   * @typeParam Data - what the caller takes the JSON for; nothing checks it
   */
  request<Data = unknown>(
    method: HttpMethod,
    path: string,
    options: RequestOptions = NONE,
  ): Promise<RestResponse<Data>> {
    const { params, query, emptyList, headers, body, timeout } = options;
    // One shape for all calls: spreading the options costs 3 µs.
    const ask = { method, path, params, query, emptyList, headers, body, timeout };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the caller says what the data is taken for
    return this.#connection.call(ask, this.#invocation) as Promise<RestResponse<Data>>;
  }
}

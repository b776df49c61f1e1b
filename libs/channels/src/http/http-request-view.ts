import { inspect } from 'node:util';
import type { RouteGeneric } from '@trunkline/http-server';
import type { HttpRequest, InboundRequest } from '@trunkline/service';
import type { FastifyRequest } from 'fastify';
import { RequestPreconditions } from '../features/preconditions/request-preconditions';
import { serializeOwner, toOwnerCaller } from '../features/async/job-owner';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Name of the channel that the route belongs to. */
    channel?: string;
  }
}

/**
 * The HTTP request as services see it. Its members are getters of the prototype, which a spread does not copy: own ones would have to be
 * defined for every request, and most services read none.
 */
export class HttpRequestView implements HttpRequest, InboundRequest {
  readonly #request: FastifyRequest<RouteGeneric>;

  constructor(request: FastifyRequest<RouteGeneric>) {
    this.#request = request;
  }

  get method(): string {
    return this.#request.method;
  }

  get path(): string {
    const { url } = this.#request;
    const end = url.indexOf('?');
    return end === -1 ? url : url.slice(0, end);
  }

  get params(): Readonly<Record<string, string>> {
    return this.#request.params;
  }

  get query(): Readonly<Record<string, string | readonly string[]>> {
    return this.#request.query;
  }

  get headers(): HttpRequest['headers'] {
    return this.#request.headers;
  }

  get preconditions(): RequestPreconditions {
    return new RequestPreconditions(this.#request);
  }

  /** The owner of jobs that the request creates: the caller of its channel. */
  get owner(): string {
    const { routeOptions, caller } = this.#request;
    return serializeOwner({ channel: routeOptions.config.channel ?? '', caller: toOwnerCaller(caller) });
  }

  /** All members that are data, for log lines and responses. */
  toJSON(): Omit<HttpRequest, 'preconditions'> {
    const { method, path, params, query, headers } = this;
    return { method, path, params, query, headers };
  }

  /** All members that are data, for `console.log` and the debugger. */
  [inspect.custom](): Omit<HttpRequest, 'preconditions'> {
    return this.toJSON();
  }
}

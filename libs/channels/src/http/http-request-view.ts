import { inspect } from 'node:util';
import type { RouteGeneric } from '@trunkline/http-server';
import type { HttpRequest, InboundRequest } from '@trunkline/service';
import type { FastifyRequest } from 'fastify';
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

  /** The owner of jobs that the request creates: the caller of its channel. */
  get owner(): string {
    const { routeOptions, caller } = this.#request;
    return serializeOwner({ channel: routeOptions.config.channel ?? '', caller: toOwnerCaller(caller) });
  }

  /** All members, for log lines and responses. */
  toJSON(): HttpRequest {
    const { method, path, params, query, headers } = this;
    return { method, path, params, query, headers };
  }

  /** All members, for `console.log` and the debugger. */
  [inspect.custom](): HttpRequest {
    return this.toJSON();
  }
}

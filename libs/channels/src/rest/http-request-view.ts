import { inspect } from 'node:util';
import type { HttpRequest, InboundRequest } from '@trunkline/service';
import type { FastifyRequest } from 'fastify';
import { toOwnerCaller, serializeOwner } from '../features/async/job-owner';
import type { RouteGeneric } from '@trunkline/http-server';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Name of the channel that the route belongs to. */
    channel?: string;
  }
}

/** The HTTP request as services see it: a view, since most services never look. */
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

  /** Who may ask for durable composites that are made in the request: whoever has sent it. */
  get owner(): string {
    const { routeOptions, caller } = this.#request;
    return serializeOwner({ channel: routeOptions.config.channel ?? '', caller: toOwnerCaller(caller) });
  }

  get headers(): HttpRequest['headers'] {
    return this.#request.headers;
  }

  /** What a log line or an answer shows of it: getters alone would make it an empty object. */
  toJSON(): HttpRequest {
    const { method, path, params, query, headers } = this;
    return { method, path, params, query, headers };
  }

  /** The same, for `console.log` and the debugger. */
  [inspect.custom](): HttpRequest {
    return this.toJSON();
  }
}

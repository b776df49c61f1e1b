import type { IncomingHttpHeaders } from 'node:http';
import { type UpstreamResponse, createErrorResponse } from './upstream-response';

/** A request with its whole body. */
export interface BufferedRequest {
  readonly method: string;
  /** Path and query of the request line. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  /** The body; `undefined` when it was too large. */
  readonly text: string | undefined;
}

/** A request as handlers receive it. */
interface RoutedRequest {
  /** Decoded value of `{id}` in the path; empty for a route without it. */
  readonly id: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The JSON object of the body; empty without a body. */
  readonly body: Readonly<Record<string, unknown>>;
}

export type Handler = (call: RoutedRequest) => UpstreamResponse;

/** Handlers by method and path: `'GET /customers/{id}'`. */
export type Routes = Readonly<Record<string, Handler>>;

/** Finds the handler of a request. Responds itself with 404, 405 and `Allow`, 413, and 400 for unreadable requests. */
export class Router {
  readonly #routes;

  constructor(routes: Routes) {
    this.#routes = Object.entries(routes).map(([key, handler]) => {
      const [method = '', template = ''] = key.split(' ');
      return { method, path: new RegExp(`^${template.replace('{id}', '([^/]+)')}$`), handler };
    });
  }

  handle({ method, target, headers, text }: BufferedRequest): UpstreamResponse {
    const [path = '', query = ''] = target.split('?', 2);
    const onPath = this.#routes.filter((route) => route.path.test(path));
    const route = onPath.find((candidate) => candidate.method === method);
    if (!route) return createNoRouteResponse(path, onPath.map((candidate) => candidate.method).join(', '));
    if (text === undefined) return createErrorResponse(413, 'too_large', 'the body is too large');
    const id = tryDecode(() => decodeURIComponent(route.path.exec(path)?.[1] ?? ''));
    if (id === undefined) return createErrorResponse(400, 'bad_request', 'the path must be percent-encoded UTF-8');
    const body = tryDecode((): unknown => JSON.parse(text || '{}'));
    if (!isObject(body)) return createErrorResponse(400, 'bad_request', 'the body must be a JSON object');
    return route.handler({ id, query: new URLSearchParams(query), headers, body });
  }
}

function createNoRouteResponse(path: string, allow: string): UpstreamResponse {
  if (allow === '') return createErrorResponse(404, 'not_found', `no route for ${path}`);
  return createErrorResponse(405, 'method_not_allowed', `${path} allows ${allow}`, { allow });
}

function tryDecode<Value>(decode: () => Value): Value | undefined {
  try {
    return decode();
  } catch {
    return undefined; // decoders throw only for malformed text
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

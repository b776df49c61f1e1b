import type { IncomingHttpHeaders } from 'node:http';
import { type UpstreamResponse, createErrorResponse } from './upstream-response';

/** A request that has been read to its end. */
export interface BufferedRequest {
  readonly method: string;
  /** Path and query, as they stood in the request line. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  /** The body; `undefined` when it was too large. */
  readonly text: string | undefined;
}

/** A request as a route sees it. */
interface RoutedRequest {
  /** What stands for `{id}` in the path, decoded; empty where the route has none. */
  readonly id: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The JSON object that was sent; empty when nothing was. */
  readonly body: Readonly<Record<string, unknown>>;
}

export type Handler = (call: RoutedRequest) => UpstreamResponse;

/** Handlers by method and path: `'GET /customers/{id}'`. */
export type Routes = Readonly<Record<string, Handler>>;

/** Finds the handler of a request. Answers itself: 404, 405 with `Allow`, 413, and 400 for what it cannot read. */
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
  if (allow === '') return createErrorResponse(404, 'not_found', `there is nothing at ${path}`);
  return createErrorResponse(405, 'method_not_allowed', `${path} takes ${allow}`, { allow });
}

function tryDecode<Value>(decode: () => Value): Value | undefined {
  try {
    return decode();
  } catch {
    return undefined; // decoders throw for one reason: the text is malformed
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

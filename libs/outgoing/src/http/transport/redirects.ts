import { UpstreamError } from '@trunkline/failures';
import type { HttpMethod } from '../request/http-method';
import type { OutgoingCall } from '../request/outgoing-call';
import { isPathTraversal } from '../request/path-traversal';
import type { HttpResponse } from '../response/http-response';
import type { HttpHandler, HttpMiddleware } from './http-handler';

const REDIRECT_STATUSES: ReadonlySet<number> = new Set([300, 301, 302, 303, 305, 306, 307, 308]);

/** What redirects need of a connection. */
export interface RedirectOptions {
  /** Name of the outgoing connection. */
  readonly connection: string;
  readonly origin: string;
  /** Path that all requests are below, without a slash at its end. */
  readonly basePath: string;
  /** 0: redirects are not followed. */
  readonly maxRedirects: number;
}

/** Longest path in a message. */
const MAX_PATH_LENGTH = 200;

/**
 * Follows redirects within the origin and the base path. All others are rejected, because the credentials would be sent to their target.
 * All requests together are one attempt.
 */
export function followRedirects(options: RedirectOptions): HttpMiddleware {
  return (send) => async (call) => {
    const response = await send(call);
    return REDIRECT_STATUSES.has(response.status) ? follow(send, { call, response, options }) : response;
  };
}

interface Redirected {
  readonly call: OutgoingCall;
  readonly response: HttpResponse;
  readonly options: RedirectOptions;
}

async function follow(send: HttpHandler, { call, response, options }: Redirected): Promise<HttpResponse> {
  let current = { call, response };
  for (let followed = 0; REDIRECT_STATUSES.has(current.response.status); followed += 1) {
    const { status } = current.response;
    const target = findTarget(current.call, current.response, options);
    const method = findRedirectMethod(current.call.request.method, status);
    if (followed >= options.maxRedirects || method === undefined || !target || !isWithinBasePath(target, options)) {
      throw createRedirectError(options.connection, status, target);
    }
    const next = current.call.withRedirect({ method, path: target.pathname + target.search });
    current = { call: next, response: await send(next) };
  }
  return current.response;
}

function findTarget(
  { request }: OutgoingCall,
  { headers }: HttpResponse,
  { origin }: RedirectOptions,
): URL | undefined {
  const location = headers['location'];
  const from = origin + request.path;
  return typeof location === 'string' && URL.canParse(location, from) ? new URL(location, from) : undefined;
}

/** Whether a target is below the base path: the credentials are not meant for other applications of the same host. */
function isWithinBasePath({ origin, pathname }: URL, options: RedirectOptions): boolean {
  const isBelow = pathname === options.basePath || pathname.startsWith(`${options.basePath}/`);
  return origin === options.origin && isBelow && !isPathTraversal(pathname);
}

/** Finds the method of the next request (RFC 9110 §15.4); `undefined` where the standard leaves it open. */
function findRedirectMethod(method: HttpMethod, status: number): HttpMethod | undefined {
  if (status === 307 || status === 308) return method;
  const isSafe = method === 'GET' || method === 'HEAD';
  if (status === 303) return isSafe ? method : 'GET';
  return isSafe && (status === 301 || status === 302) ? method : undefined;
}

function createRedirectError(connection: string, status: number, target: URL | undefined): UpstreamError {
  const message = `${connection} responded ${status} with a redirect to ${describeTarget(target)}, which is not followed`;
  return new UpstreamError('UPSTREAM_REDIRECT', message, { connection, wasSent: true, upstreamStatus: status });
}

/** Describes a target without user name, password and query, which may be secret. */
function describeTarget(target: URL | undefined): string {
  if (!target) return 'no URL';
  const { origin, protocol, pathname } = target;
  const path = pathname.length > MAX_PATH_LENGTH ? `${pathname.slice(0, MAX_PATH_LENGTH)}…` : pathname;
  return origin === 'null' ? `the scheme ${protocol}` : origin + path;
}

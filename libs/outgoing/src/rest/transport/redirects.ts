import { UpstreamError } from '@trunkline/failures';
import type { HttpMethod } from '../request/http-method';
import type { OutgoingCall } from '../request/outgoing-call';
import { isPathTraversal } from '../request/path-template';
import type { RestResponse } from '../response/rest-response';
import type { RestHandler, RestMiddleware } from './rest-handler';

const REDIRECT_STATUSES: ReadonlySet<number> = new Set([300, 301, 302, 303, 305, 306, 307, 308]);

/** What redirects need to know of a connection. */
export interface RedirectOptions {
  /** Name of the outgoing connection. */
  readonly connection: string;
  readonly origin: string;
  /** Path that all requests are below, without a slash at its end. */
  readonly basePath: string;
  /** 0: none is followed. */
  readonly maxRedirects: number;
}

/** A longer path helps nobody to find the page. */
const MAX_PATH_LENGTH = 200;

/**
 * Follows redirects within the origin and the base path and rejects all others: an API key would go along to wherever they lead.
 * Whatever it takes to arrive is one attempt.
 */
export function followRedirects(options: RedirectOptions): RestMiddleware {
  return (send) => async (call) => {
    const response = await send(call);
    return REDIRECT_STATUSES.has(response.status) ? follow(send, { call, response, options }) : response;
  };
}

interface Redirected {
  readonly call: OutgoingCall;
  readonly response: RestResponse;
  readonly options: RedirectOptions;
}

async function follow(send: RestHandler, { call, response, options }: Redirected): Promise<RestResponse> {
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
  { headers }: RestResponse,
  { origin }: RedirectOptions,
): URL | undefined {
  const location = headers['location'];
  const from = origin + request.path;
  return typeof location === 'string' && URL.canParse(location, from) ? new URL(location, from) : undefined;
}

/** Another application of the same host may be none of the business of these credentials. */
function isWithinBasePath({ origin, pathname }: URL, options: RedirectOptions): boolean {
  const isBelow = pathname === options.basePath || pathname.startsWith(`${options.basePath}/`);
  return origin === options.origin && isBelow && !isPathTraversal(pathname);
}

/** How to go on (RFC 9110 §15.4); `undefined` where it is not clear what is to be done there. */
function findRedirectMethod(method: HttpMethod, status: number): HttpMethod | undefined {
  if (status === 307 || status === 308) return method;
  const isSafe = method === 'GET' || method === 'HEAD';
  if (status === 303) return isSafe ? method : 'GET';
  return isSafe && (status === 301 || status === 302) ? method : undefined;
}

function createRedirectError(connection: string, status: number, target: URL | undefined): UpstreamError {
  const message = `${connection} answered ${status} to ${describeTarget(target)}, which is not followed`;
  return new UpstreamError('UPSTREAM_REDIRECT', message, { connection, wasSent: true, upstreamStatus: status });
}

/** Without user name, password and query: those may be secret. */
function describeTarget(target: URL | undefined): string {
  if (!target) return 'no URL';
  const { origin, protocol, pathname } = target;
  const path = pathname.length > MAX_PATH_LENGTH ? `${pathname.slice(0, MAX_PATH_LENGTH)}…` : pathname;
  return origin === 'null' ? `the scheme ${protocol}` : origin + path;
}

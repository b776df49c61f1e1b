import { UpstreamError } from '@trunkline/failures';
import { Deadline } from '@trunkline/time';
import type { HttpMethod } from '../request/http-method';
import type { OutgoingCall } from '../request/outgoing-call';
import type { RestResponse } from '../response/rest-response';
import type { AttemptStep } from './attempt';

const REDIRECTS: ReadonlySet<number> = new Set([300, 301, 302, 303, 305, 306, 307, 308]);

/** What redirects need to know of a connection. */
export interface RedirectTerms {
  /** Name of the outgoing connection. */
  readonly connection: string;
  readonly origin: string;
  /** 0: none is followed. */
  readonly maxRedirects: number;
}

/**
 * Follows redirects within the origin and refuses all others: HTTP clients take an API key along to wherever they are sent.
 * Whatever it takes to arrive is one attempt.
 */
export function followRedirects(terms: RedirectTerms): AttemptStep {
  return (attempt) => async (call) => {
    const deadline = Deadline.in(call.terms.timeoutMs);
    let current = call;
    let response = await attempt(call);
    for (let followed = 0; REDIRECTS.has(response.status); followed += 1) {
      const next = followed < terms.maxRedirects ? onward(current, response, terms.origin) : undefined;
      if (!next) throw refusedRedirect(terms.connection, response.status);
      current = current.redirected(next, deadline.remainingMs());
      response = await attempt(current);
    }
    return response;
  };
}

/** Where to, and how (RFC 9110 §15.4); `undefined` where it is elsewhere, or not clear what was to be done there. */
function onward(
  { request }: OutgoingCall,
  { status, headers }: RestResponse,
  origin: string,
): { method: HttpMethod; path: string } | undefined {
  const location = headers['location'];
  const method = methodOnward(request.method, status);
  if (typeof location !== 'string' || method === undefined) return undefined;
  const from = origin + request.path;
  const to = URL.canParse(location, from) ? new URL(location, from) : undefined;
  return to?.origin === origin ? { method, path: to.pathname + to.search } : undefined;
}

function methodOnward(method: HttpMethod, status: number): HttpMethod | undefined {
  if (status === 307 || status === 308) return method;
  const isSafe = method === 'GET' || method === 'HEAD';
  if (status === 303) return isSafe ? method : 'GET';
  return isSafe && (status === 301 || status === 302) ? method : undefined;
}

function refusedRedirect(connection: string, status: number): UpstreamError {
  return new UpstreamError('UPSTREAM_REDIRECT', `${connection} answered ${status}, which is not followed`, {
    connection,
    wasSent: true,
    upstreamStatus: status,
  });
}

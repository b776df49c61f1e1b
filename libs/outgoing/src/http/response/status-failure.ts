import { type UpstreamCode, UpstreamError } from '@trunkline/failures';
import type { HttpResponse } from './http-response';
import { findHoldMs, isThrottled } from './rate-limit';

const CODE_BY_STATUS: Readonly<Record<number, UpstreamCode>> = {
  401: 'UPSTREAM_AUTH_FAILED',
  403: 'UPSTREAM_AUTH_FAILED',
  404: 'UPSTREAM_NOT_FOUND',
  407: 'UPSTREAM_AUTH_FAILED',
  408: 'UPSTREAM_TIMEOUT',
  409: 'UPSTREAM_CONFLICT',
  410: 'UPSTREAM_GONE',
  412: 'UPSTREAM_PRECONDITION_FAILED',
  503: 'UPSTREAM_UNAVAILABLE',
};

/**
 * Creates the failure of a response that is no success, or that a rule makes a failure.
 *
 * @param body - body of the response for the calling service. Default: none, since that of a token endpoint may have credentials
 */
export function createStatusFailure(connection: string, response: HttpResponse, body?: unknown): UpstreamError {
  const { status } = response;
  const waitMs = findHoldMs(response);
  const code = isThrottled(response) ? 'UPSTREAM_RATE_LIMITED' : (CODE_BY_STATUS[status] ?? findCodeByRange(status));
  return new UpstreamError(code, `${connection} responded ${status}`, {
    connection,
    wasSent: true,
    upstreamStatus: status,
    body,
    ...(waitMs !== undefined && { retryAfter: waitMs / 1_000 }),
  });
}

/**
 * A success that a rule makes a failure is a rejection. Redirects are handled elsewhere: other statuses below 400, such as 304, are invalid
 * for these requests.
 */
function findCodeByRange(status: number): UpstreamCode {
  if (status >= 200 && status < 300) return 'UPSTREAM_REJECTED';
  if (status < 400 || status > 599) return 'UPSTREAM_INVALID_RESPONSE';
  return status < 500 ? 'UPSTREAM_REJECTED' : 'UPSTREAM_ERROR';
}

import type { IncomingMessage } from 'node:http';
import { type BusError, createFailure } from '@trunkline/failures';
import type { RequestHead } from './request-head';

const MAX_URL_LENGTH = 8_192;
/** A name or an IP address, with an optional port (RFC 9110 §7.2, RFC 3986 §3.2.2); empty for a target without an authority. */
const HOST_PATTERN = /^(?:\[[\w:.%~-]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d*)?$/;
/** For requests that another HTTP parser may frame differently: the connection takes no further request. */
const CLOSE_CONNECTION = { headers: { connection: 'close' } };

/**
 * Checks URL, HTTP version, transfer coding and Host of a request before routing.
 *
 * @returns the failure to respond with; `undefined` to accept the request
 */
export function checkRequestHead({ url = '', httpVersion }: IncomingMessage, head: RequestHead): BusError | undefined {
  if (url.length > MAX_URL_LENGTH) return createFailure('URI_TOO_LONG');
  if (!httpVersion.startsWith('1.'))
    return createFailure('BAD_REQUEST', { detail: 'the server supports HTTP/1.1 only', ...CLOSE_CONNECTION });
  const { transferCoding } = head;
  if (transferCoding !== undefined && transferCoding.toLowerCase() !== 'chunked') {
    return createFailure('NOT_IMPLEMENTED', CLOSE_CONNECTION);
  }
  return checkHostHeader(head, httpVersion);
}

function checkHostHeader({ hostCount, host }: RequestHead, httpVersion: string): BusError | undefined {
  if (hostCount !== 1 && !(hostCount === 0 && httpVersion === '1.0')) {
    return createFailure('BAD_REQUEST', { detail: 'a request must have exactly one Host header', ...CLOSE_CONNECTION });
  }
  if (host === undefined || isValidHost(host)) return undefined;
  return createFailure('BAD_REQUEST', {
    detail: 'Host must be a name or an IP address, with an optional port',
    ...CLOSE_CONNECTION,
  });
}

/** Nearly all requests to a server have the same Host. */
let lastValidHost = '';

function isValidHost(host: string): boolean {
  if (host === lastValidHost) return true;
  const isValid = HOST_PATTERN.test(host);
  if (isValid) lastValidHost = host;
  return isValid;
}

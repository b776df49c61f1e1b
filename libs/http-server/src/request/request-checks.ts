import type { IncomingMessage } from 'node:http';
import { type BusError, createFailure } from '@trunkline/failures';
import type { RequestHead } from './request-head';

const MAX_URL_LENGTH = 8_192;
/** A name or an address, and perhaps a port (RFC 9110 §7.2, RFC 3986 §3.2.2). Without an authority it is empty. */
const HOST_PATTERN = /^(?:\[[\w:.%~-]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d*)?$/;
/** Where others may see the borders between requests elsewhere, no further one is taken from the connection. */
const CLOSE_CONNECTION = { headers: { connection: 'close' } };

/**
 * May this request come in at all? Decided by its head alone, before a byte of the body is read.
 *
 * @returns why not; `undefined` to let it in
 */
export function checkRequestHead({ url = '', httpVersion }: IncomingMessage, head: RequestHead): BusError | undefined {
  if (url.length > MAX_URL_LENGTH) return createFailure('URI_TOO_LONG');
  if (!httpVersion.startsWith('1.'))
    return createFailure('BAD_REQUEST', { detail: 'HTTP/1.1 is spoken here', ...CLOSE_CONNECTION });
  const { transferCoding } = head;
  if (transferCoding !== undefined && transferCoding.toLowerCase() !== 'chunked') {
    return createFailure('NOT_IMPLEMENTED', CLOSE_CONNECTION);
  }
  return checkHostHeader(head, httpVersion);
}

function checkHostHeader({ hostCount, host }: RequestHead, httpVersion: string): BusError | undefined {
  if (hostCount !== 1 && !(hostCount === 0 && httpVersion === '1.0')) {
    return createFailure('BAD_REQUEST', { detail: 'a request has exactly one Host', ...CLOSE_CONNECTION });
  }
  if (host === undefined || isValidHost(host)) return undefined;
  return createFailure('BAD_REQUEST', {
    detail: 'Host is a name or an address, and perhaps a port',
    ...CLOSE_CONNECTION,
  });
}

/** Nearly all clients of a bus know it by one name. */
let lastValidHost = '';

function isValidHost(host: string): boolean {
  if (host === lastValidHost) return true;
  const isOne = HOST_PATTERN.test(host);
  if (isOne) lastValidHost = host;
  return isOne;
}

import type { IncomingMessage } from 'node:http';
import { type BusError, failureOf } from '@trunkline/failures';
import type { Head } from './head';

const LONGEST_URL = 8_192;
/** A name or an address, and perhaps a port (RFC 9110 §7.2, RFC 3986 §3.2.2). Without an authority it is empty. */
const HOST = /^(?:\[[\w:.%~-]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d*)?$/;
/** Where others may see the borders between requests elsewhere, no further one is taken from the connection. */
const LAST = { headers: { connection: 'close' } };

/**
 * May this request come in at all? Decided by its head alone, before a byte of the body is read.
 *
 * @returns why not; `undefined` to let it in
 */
export function refusalOf({ url = '', httpVersion }: IncomingMessage, head: Head): BusError | undefined {
  if (url.length > LONGEST_URL) return failureOf('URI_TOO_LONG');
  if (!httpVersion.startsWith('1.')) return failureOf('BAD_REQUEST', { detail: 'HTTP/1.1 is spoken here', ...LAST });
  const { transferCoding } = head;
  if (transferCoding !== undefined && transferCoding.toLowerCase() !== 'chunked') {
    return failureOf('NOT_IMPLEMENTED', LAST);
  }
  return refusalOfHost(head, httpVersion);
}

function refusalOfHost({ hosts, host }: Head, httpVersion: string): BusError | undefined {
  if (hosts !== 1 && !(hosts === 0 && httpVersion === '1.0')) {
    return failureOf('BAD_REQUEST', { detail: 'a request has exactly one Host', ...LAST });
  }
  if (host === undefined || isHost(host)) return undefined;
  return failureOf('BAD_REQUEST', { detail: 'Host is a name or an address, and perhaps a port', ...LAST });
}

/** Nearly all clients of a bus know it by one name. */
let usualHost = '';

function isHost(host: string): boolean {
  if (host === usualHost) return true;
  const isOne = HOST.test(host);
  if (isOne) usualHost = host;
  return isOne;
}

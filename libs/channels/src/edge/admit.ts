import type { IncomingMessage } from 'node:http';
import { type BusError, failureOf } from '@trunkline/failures';
import type { Head } from './head';

const LONGEST_URL = 8_192;
/** Where others may see the borders between requests elsewhere, no further one is taken from the connection. */
const LAST = { headers: { connection: 'close' } };

/**
 * May this request come in at all? Decided by its head alone, before a byte of the body is read.
 *
 * @returns why not; `undefined` to let it in
 */
export function refusalOf(
  { url = '', httpVersion }: IncomingMessage,
  { hosts, transferCoding }: Head,
): BusError | undefined {
  if (url.length > LONGEST_URL) return failureOf('URI_TOO_LONG');
  if (!httpVersion.startsWith('1.')) return failureOf('BAD_REQUEST', { detail: 'HTTP/1.1 is spoken here', ...LAST });
  if (hosts !== 1 && !(hosts === 0 && httpVersion === '1.0')) {
    return failureOf('BAD_REQUEST', { detail: 'a request has exactly one Host', ...LAST });
  }
  if (transferCoding !== undefined && transferCoding.toLowerCase() !== 'chunked') {
    return failureOf('NOT_IMPLEMENTED', LAST);
  }
  return undefined;
}

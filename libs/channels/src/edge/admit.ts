import type { IncomingMessage } from 'node:http';
import { type BusError, failureOf } from '@trunkline/failures';
import type { Head } from './head';

const LONGEST_URL = 8_192;

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
  if (hosts !== 1 && !(hosts === 0 && httpVersion === '1.0')) {
    return failureOf('BAD_REQUEST', { detail: 'a request has exactly one Host' });
  }
  if (transferCoding !== undefined && transferCoding.toLowerCase() !== 'chunked') {
    return failureOf('NOT_IMPLEMENTED', { headers: { connection: 'close' } });
  }
  return undefined;
}

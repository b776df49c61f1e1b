import type { IncomingMessage } from 'node:http';
import { type BusError, failureOf } from '@trunkline/failures';

const LONGEST_URL = 8_192;

/**
 * May this request come in at all? Decided by its head alone, before a byte of the body is read.
 *
 * @returns why not; `undefined` to let it in
 */
export function refusalOf(request: IncomingMessage): BusError | undefined {
  if ((request.url ?? '').length > LONGEST_URL) return failureOf('URI_TOO_LONG');
  if (!hasOneHost(request)) return failureOf('BAD_REQUEST', { detail: 'a request has exactly one Host' });
  const coding = request.headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked')
    return failureOf('NOT_IMPLEMENTED', { headers: { connection: 'close' } });
  return undefined;
}

/** Node keeps the first of several Host lines; a proxy in front may have kept another (RFC 9112 §3.2). */
function hasOneHost({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0');
}

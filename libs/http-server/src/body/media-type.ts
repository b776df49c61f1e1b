import { type BusError, createFailure } from '@trunkline/failures';
import type { RequestHead } from '../request/request-head';

const JSON_TYPE = /^application\/(?:json|[\w!#$&^.+-]+\+json)$/i;
/** Charsets whose text is UTF-8: US-ASCII is a subset of it. */
const UTF8 = /^"?(?:utf-?8|us-ascii|ascii)"?$/i;

/**
 * Accepts a body that can be read as it is: JSON or `+json` (RFC 6839), in UTF-8, without a content coding. A request without a body
 * has nothing to read, whatever it says of its type. Whether a chunked body is empty shows when it has been read, so that the check
 * of a missing type is left to whoever reads it.
 *
 * @throws {BusError} `UNSUPPORTED_MEDIA_TYPE`: reading one charset as another corrupts in silence
 */
export function assertReadableBody(head: RequestHead, method: string): void {
  if (head.transferCoding === undefined && !(Number(head.contentLength) > 0)) return;
  const { contentType, contentEncoding } = head;
  if (contentType === 'application/json' && contentEncoding === undefined) return;
  if (contentType !== undefined) assertJsonType(contentType, method);
  else if (head.transferCoding === undefined) throw createMissingTypeFailure(method);
  if (contentEncoding !== undefined && !/^identity$/i.test(contentEncoding))
    throw createUnsupportedTypeFailure('send the body without Content-Encoding', method);
}

/** Refuses a body without a media type: guessing one is how a body of another kind gets read as JSON. */
export function createMissingTypeFailure(method: string): BusError {
  return createUnsupportedTypeFailure('a body needs a Content-Type: send application/json', method);
}

function assertJsonType(contentType: string, method: string): void {
  const [mediaType = '', ...parameters] = contentType.split(';').map((part) => part.trim());
  const charset = parameters.find((parameter) => /^charset=/i.test(parameter))?.slice('charset='.length);
  if (!JSON_TYPE.test(mediaType)) throw createUnsupportedTypeFailure('send application/json', method);
  if (charset !== undefined && !UTF8.test(charset)) throw createUnsupportedTypeFailure('send UTF-8', method);
}

/** `Accept-Post` is the header of a POST (W3C Linked Data Platform §7.1), `Accept` that of any method (RFC 9110 §15.5.16). */
function createUnsupportedTypeFailure(detail: string, method: string): BusError {
  const accept = 'application/json';
  const headers = method === 'POST' ? { accept, 'accept-post': accept } : { accept };
  return createFailure('UNSUPPORTED_MEDIA_TYPE', { detail, headers });
}

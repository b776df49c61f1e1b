import { type BusError, createFailure } from '@trunkline/failures';
import type { RequestHead } from '../request/request-head';
import { CONTENT_CODINGS, isReadableCoding } from './content-coding';

const JSON_TYPE = /^application\/(?:json|[\w!#$&^.+-]+\+json)$/i;
/** UTF-8, and US-ASCII as a subset of it. */
const UTF8 = /^"?(?:utf-?8|us-ascii|ascii)"?$/i;

/**
 * Checks that a body is JSON or `+json` (RFC 6839) in UTF-8, in a content coding that the bus decodes. A request without a body passes, whatever its media
 * type. A chunked body without a media type passes, too, as it may be empty: the body parser checks it.
 *
 * @throws {BusError} `UNSUPPORTED_MEDIA_TYPE`, as reading one charset as another corrupts text silently
 */
export function assertReadableBody(head: RequestHead, method: string): void {
  if (head.transferCoding === undefined && !(Number(head.contentLength) > 0)) return;
  const { contentType, contentEncoding } = head;
  if (contentType === 'application/json' && contentEncoding === undefined) return;
  if (contentType !== undefined) assertJsonType(contentType, method);
  else if (head.transferCoding === undefined) throw createMissingTypeFailure(method);
  if (!isReadableCoding(contentEncoding)) throw createUnsupportedCodingFailure();
}

/** Creates the failure for a body without a media type, which is never guessed: the body could be anything. */
export function createMissingTypeFailure(method: string): BusError {
  return createUnsupportedTypeFailure('a body needs a Content-Type: send application/json', method);
}

/** Creates the failure for a body in another content coding. `Accept-Encoding` names the supported ones (RFC 9110 §12.5.3). */
export function createUnsupportedCodingFailure(): BusError {
  const detail = `send the body without Content-Encoding, or with one of ${CONTENT_CODINGS}`;
  return createFailure('UNSUPPORTED_MEDIA_TYPE', { detail, headers: { 'accept-encoding': CONTENT_CODINGS } });
}

function assertJsonType(contentType: string, method: string): void {
  const [mediaType = '', ...parameters] = contentType.split(';').map((part) => part.trim());
  const charset = parameters.find((parameter) => /^charset=/i.test(parameter))?.slice('charset='.length);
  if (!JSON_TYPE.test(mediaType)) throw createUnsupportedTypeFailure('send application/json', method);
  if (charset !== undefined && !UTF8.test(charset)) throw createUnsupportedTypeFailure('send UTF-8', method);
}

/** A 415 names the supported type in `Accept` (RFC 9110 §15.5.16), and for POST in `Accept-Post` (W3C Linked Data Platform §7.1). */
function createUnsupportedTypeFailure(detail: string, method: string): BusError {
  const accept = 'application/json';
  const headers = method === 'POST' ? { accept, 'accept-post': accept } : { accept };
  return createFailure('UNSUPPORTED_MEDIA_TYPE', { detail, headers });
}

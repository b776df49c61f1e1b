import { type BusError, failureOf } from '@trunkline/failures';

const JSON_TYPE = /^application\/(?:json|[\w!#$&^.+-]+\+json)$/i;
const UTF8 = /^"?utf-?8"?$/i;

/**
 * Lets bodies through that can be read as they are: JSON or `+json` (RFC 6839), in UTF-8, without a content coding.
 *
 * @throws {BusError} `UNSUPPORTED_MEDIA_TYPE`: reading one charset as another corrupts in silence
 */
export function assertReadableBody(contentType: string, contentEncoding: string | undefined): void {
  if (contentType === 'application/json' && contentEncoding === undefined) return;
  const [mediaType = '', ...parameters] = contentType.split(';').map((part) => part.trim());
  const charset = parameters.find((parameter) => /^charset=/i.test(parameter))?.slice('charset='.length);
  if (!JSON_TYPE.test(mediaType)) throw unsupported('send application/json');
  if (charset !== undefined && !UTF8.test(charset)) throw unsupported('send UTF-8');
  if (contentEncoding !== undefined && !/^identity$/i.test(contentEncoding))
    throw unsupported('send the body without Content-Encoding');
}

function unsupported(detail: string): BusError {
  return failureOf('UNSUPPORTED_MEDIA_TYPE', { detail, headers: { accept: 'application/json' } });
}

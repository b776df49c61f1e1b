import { gunzip } from 'node:zlib';
import { readCharset } from './decode-text';
import type { ResponseHeaders, RestResponse } from './rest-response';
import { type NumberRule, parseJson } from './strict-json';
import { UnreadableBodyError } from './unreadable-body-error';

const JSON_TYPE = /^(?:application\/json|[\w.!#$&^+-]+\/[\w.!#$&^-]+\+json)[\t ]*(?:;|$)/i;
const CHARSET = /;[\t ]*charset[\t ]*=[\t ]*"?([^\s;"]*)/i;
const COMMON_JSON_TYPES: ReadonlySet<unknown> = new Set(['application/json', 'application/json; charset=utf-8']);
const GZIP_CODINGS: ReadonlySet<string> = new Set(['gzip', 'x-gzip']);
const STATUSES_WITHOUT_CONTENT: ReadonlySet<number> = new Set([204, 205, 304]);

/** Status and headers of a response. */
export type ResponseHead = Pick<RestResponse, 'status' | 'ok' | 'headers'>;

/**
 * Reads the body of a response; `undefined` where there is none. An unreadable body of a response that is no success is `undefined`, too:
 * its status is what counts, and it is often HTML.
 *
 * @param bytes - the body after decompression
 * @throws {UnreadableBodyError} when a success has content that is not JSON
 */
export function readBody({ status, ok, headers }: ResponseHead, bytes: Uint8Array, numbers: NumberRule): unknown {
  if (bytes.length === 0 || STATUSES_WITHOUT_CONTENT.has(status)) return undefined;
  if (ok) return readJson(headers, bytes, numbers);
  try {
    return readJson(headers, bytes, numbers);
  } catch (thrown) {
    if (thrown instanceof UnreadableBodyError) return undefined;
    throw thrown;
  }
}

function readJson(headers: ResponseHeaders, bytes: Uint8Array, numbers: NumberRule): unknown {
  const coding = readContentCoding(headers);
  if (coding !== 'identity' && !GZIP_CODINGS.has(coding))
    throw new UnreadableBodyError('has a content coding that was not requested');
  const type = headers['content-type'];
  if (COMMON_JSON_TYPES.has(type)) return parseJson(bytes, numbers);
  if (!JSON_TYPE.test(String(type))) throw new UnreadableBodyError('is not declared as JSON');
  return parseJson(bytes, numbers, readCharset(CHARSET.exec(String(type))?.[1]));
}

/** Whether the body has to be decompressed. */
export function isCompressed(headers: ResponseHeaders): boolean {
  return GZIP_CODINGS.has(readContentCoding(headers));
}

function readContentCoding(headers: ResponseHeaders): string {
  return String(headers['content-encoding'] ?? 'identity').toLowerCase() || 'identity';
}

/**
 * Decompresses gzip up to a size, which bounds the cost of a decompression bomb (10 MB of zeros are 10 kB compressed).
 *
 * Rejects with an {@link UnreadableBodyError} when the bytes are not gzip or are incomplete, and with the error of Node when the result is
 * too large.
 */
export function decompress(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    gunzip(bytes, { maxOutputLength: maxBytes }, (error, result) =>
      error ? reject(explainGunzip(error)) : resolve(result),
    );
  });
}

function explainGunzip(error: NodeJS.ErrnoException): Error {
  return error.code?.startsWith('Z_') === true
    ? new UnreadableBodyError('is not complete gzip', { cause: error })
    : error;
}

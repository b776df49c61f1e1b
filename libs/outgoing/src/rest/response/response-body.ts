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

/** What comes before the body. */
export type ResponseHead = Pick<RestResponse, 'status' | 'ok' | 'headers'>;

/**
 * What an upstream answered, as a value: `undefined` where there is nothing to read. Of an answer that is no success, what
 * cannot be read is `undefined`, too: its status says what matters, and such answers are HTML as often as not.
 *
 * @param bytes - the body, its content coding undone
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
    throw new UnreadableBodyError('has a coding that was not asked for');
  const type = headers['content-type'];
  if (COMMON_JSON_TYPES.has(type)) return parseJson(bytes, numbers);
  if (!JSON_TYPE.test(String(type))) throw new UnreadableBodyError('is not announced as JSON');
  return parseJson(bytes, numbers, readCharset(CHARSET.exec(String(type))?.[1]));
}

/** Does the body have to be decompressed before it is read? */
export function isCompressed(headers: ResponseHeaders): boolean {
  return GZIP_CODINGS.has(readContentCoding(headers));
}

function readContentCoding(headers: ResponseHeaders): string {
  return String(headers['content-encoding'] ?? 'identity').toLowerCase() || 'identity';
}

/**
 * Undoes gzip, up to a size: a bomb costs no more than that (10 MB of zeros are 10 kB compressed).
 *
 * Rejects with an {@link UnreadableBodyError} when the bytes are not gzip or are cut off, and as Node does when there are too many.
 */
export function decompress(bytes: Uint8Array, mostBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    gunzip(bytes, { maxOutputLength: mostBytes }, (error, result) =>
      error ? reject(explainGunzip(error)) : resolve(result),
    );
  });
}

function explainGunzip(error: NodeJS.ErrnoException): Error {
  return error.code?.startsWith('Z_') === true
    ? new UnreadableBodyError('is not complete gzip', { cause: error })
    : error;
}

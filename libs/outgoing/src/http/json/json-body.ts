import { assertKnownCoding } from '../response/content-coding';
import { readCharset, readCharsetParameter } from '../response/decode-text';
import type { BodyReader, ResponseHead, ResponseHeaders } from '../response/http-response';
import { type NumberRule, parseJson } from './strict-json';
import { UnreadableBodyError } from '../response/unreadable-body-error';

const JSON_TYPE = /^(?:application\/json|text\/json|[\w.!#$&^+-]+\/[\w.!#$&^-]+\+json)[\t ]*(?:;|$)/i;
const COMMON_JSON_TYPES: ReadonlySet<unknown> = new Set(['application/json', 'application/json; charset=utf-8']);
const STATUSES_WITHOUT_CONTENT: ReadonlySet<number> = new Set([204, 205, 304]);

/** Creates the reader of bodies that are JSON. */
export function createJsonReader(numbers: NumberRule): BodyReader {
  return (head, bytes) => readBody(head, bytes, numbers);
}

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
  assertKnownCoding(headers);
  const type = headers['content-type'];
  if (COMMON_JSON_TYPES.has(type)) return parseJson(bytes, numbers);
  if (!JSON_TYPE.test(String(type))) throw new UnreadableBodyError('is not declared as JSON');
  return parseJson(bytes, numbers, readCharset(readCharsetParameter(headers)));
}

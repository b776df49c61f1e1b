import { readBody as readJsonBody } from '../../http/json/json-body';
import type { NumberRule } from '../../http/json/strict-json';
import type { ExpectedBody } from '../../http/request/http-request';
import { assertKnownCoding } from '../../http/response/content-coding';
import { decodeText, findBomCharset, readCharset, readCharsetParameter } from '../../http/response/decode-text';
import type { BodyReader, ResponseHead } from '../../http/response/http-response';
import type { Expectation } from './expectation';

type Reader = (head: ResponseHead, bytes: Uint8Array) => unknown;

interface ExpectedForm {
  readonly accept: string;
  readonly read: Reader;
}

const FORMS: Readonly<Record<Exclude<Expectation, 'json' | 'stream'>, ExpectedForm>> = {
  text: { accept: 'text/*, */*;q=0.5', read: readText },
  binary: { accept: '*/*', read: readBytes },
  nothing: { accept: '*/*', read: () => undefined },
};

/** What the calls of a connection expect, by the value of `expect`. JSON is what the connection reads by default, and has no entry. */
export type ExpectedBodies = ReadonlyMap<Expectation, ExpectedBody>;

/** Creates the readers of a connection. A response that is no success is read as JSON, which is what describes errors. */
export function createExpectedBodies(numbers: NumberRule): ExpectedBodies {
  return new Map([
    ['text', createExpectedBody(FORMS.text, numbers)],
    ['binary', createExpectedBody(FORMS.binary, numbers)],
    ['stream', createStreamedBody(numbers)],
    ['nothing', createExpectedBody(FORMS.nothing, numbers)],
  ]);
}

function createExpectedBody({ accept, read }: ExpectedForm, numbers: NumberRule): ExpectedBody {
  const readBody: BodyReader = (head, bytes) => (head.ok ? read(head, bytes) : readJsonBody(head, bytes, numbers));
  return { accept, readBody };
}

function createStreamedBody(numbers: NumberRule): ExpectedBody {
  const readBody = (head: ResponseHead, bytes: Uint8Array) => readJsonBody(head, bytes, numbers);
  return { accept: '*/*', readBody: Object.assign(readBody, { handsOnStream: true }) };
}

function readText({ headers }: ResponseHead, bytes: Uint8Array): string {
  if (bytes.length === 0) return '';
  assertKnownCoding(headers);
  return decodeText(bytes, readCharset(readCharsetParameter(headers)) ?? findBomCharset(bytes));
}

function readBytes({ headers }: ResponseHead, bytes: Uint8Array): Uint8Array {
  if (bytes.length > 0) assertKnownCoding(headers);
  return bytes;
}

import { readBody as readJsonBody } from '../../http/json/json-body';
import type { NumberRule } from '../../http/json/strict-json';
import type { ExpectedBody } from '../../http/request/http-request';
import { assertKnownCoding } from '../../http/response/content-coding';
import { decodeText, findBomCharset, readCharset, readCharsetParameter } from '../../http/response/decode-text';
import type { BodyReader, ResponseHead } from '../../http/response/http-response';
import { UnreadableBodyError } from '../../http/response/unreadable-body-error';
import { loadXmlCodec } from '../../http/xml/load-xml-codec';
import { isXmlType, parseXmlBody } from '../../http/xml/xml-body';
import type { Expectation } from './expectation';

type Reader = (head: ResponseHead, bytes: Uint8Array) => unknown;

interface ExpectedForm {
  readonly accept: string;
  readonly read: Reader;
}

const FORMS: Readonly<Record<Exclude<Expectation, 'json' | 'xml' | 'stream'>, ExpectedForm>> = {
  text: { accept: 'text/*, */*;q=0.5', read: readText },
  binary: { accept: '*/*', read: readBytes },
  nothing: { accept: '*/*', read: () => undefined },
};

/** What the calls of a connection expect, by the value of `expect`. JSON is what the connection reads by default, and has no entry. */
export type ExpectedBodies = ReadonlyMap<Expectation, ExpectedBody>;

/**
 * Creates the readers of a connection. A response that is no success is read as JSON, which is what describes errors. Where XML is expected,
 * it is read as what it declares to be, XML or JSON.
 */
export function createExpectedBodies(numbers: NumberRule): ExpectedBodies {
  return new Map([
    ['xml', createXmlExpectation(numbers)],
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

function createXmlExpectation(numbers: NumberRule): ExpectedBody {
  const readBody: BodyReader = (head, bytes) => {
    if (head.ok) return readXml(head, bytes);
    return isXmlType(head.headers) ? readXmlFailure(head, bytes) : readJsonBody(head, bytes, numbers);
  };
  return { accept: 'application/xml, text/xml', readBody };
}

function readXml({ headers }: ResponseHead, bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined;
  if (!isXmlType(headers)) throw new UnreadableBodyError('is not declared as XML');
  return parseXmlBody(headers, bytes, loadXmlCodec().parseXml);
}

/** The status is what counts: an unreadable body is `undefined`, as with JSON. */
function readXmlFailure(head: ResponseHead, bytes: Uint8Array): unknown {
  try {
    return readXml(head, bytes);
  } catch (thrown) {
    if (thrown instanceof UnreadableBodyError) return undefined;
    throw thrown;
  }
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

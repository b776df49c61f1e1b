import { createBadRequest } from '../request/bad-request';
import { assertKnownCoding } from '../response/content-coding';
import { decodeText, findBomCharset, readCharset, readCharsetParameter } from '../response/decode-text';
import type { ResponseHeaders } from '../response/http-response';
import { UnreadableBodyError } from '../response/unreadable-body-error';
import { loadXmlCodec } from './load-xml-codec';

const XML_TYPE = /^(?:(?:application|text)\/xml|[\w.!#$&^+-]+\/[\w.!#$&^-]+\+xml)[\t ]*(?:;|$)/i;
const DECLARED_ENCODING = /^(?:\u00ef\u00bb\u00bf)?<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/;
/** Longest declaration in which an encoding is looked for. */
const MAX_DECLARATION_BYTES = 200;
/**
 * Limits of responses. Their size is limited by `maxResponse`, and a list of a large system has more elements than a body of a client may
 * have.
 */
const LIMITS = { maxDepth: 100, maxElements: 250_000, maxAttributes: 250_000 };

/** Whether a response declares its body as XML. */
export function isXmlType(headers: ResponseHeaders): boolean {
  return XML_TYPE.test(String(headers['content-type']));
}

/**
 * Parses the body of a response.
 *
 * @param parse - a parser of the XML codec
 * @throws {UnreadableBodyError} when it is not in its charset, not XML, has a document type or exceeds a limit
 */
export function parseXmlBody<Parsed>(
  headers: ResponseHeaders,
  bytes: Uint8Array,
  parse: (text: string, limits: typeof LIMITS) => Parsed,
): Parsed {
  assertKnownCoding(headers);
  const text = decodeText(bytes, findXmlCharset(headers, bytes));
  try {
    return parse(text, LIMITS);
  } catch (thrown) {
    const { MalformedXmlError } = loadXmlCodec();
    throw thrown instanceof MalformedXmlError ? new UnreadableBodyError(`is unreadable: ${thrown.message}`) : thrown;
  }
}

/**
 * Calls a writer of the XML codec.
 *
 * @throws {BusError} 400 `BAD_REQUEST` for a value that XML does not have: it may come from a client
 */
export function createXmlBody(format: () => string): string {
  try {
    return format();
  } catch (thrown) {
    const { XmlValueError } = loadXmlCodec();
    throw thrown instanceof XmlValueError ? createBadRequest(thrown.message) : thrown;
  }
}

/** The byte order mark, the charset of the media type, and the XML declaration, in this order (RFC 7303 §3). */
function findXmlCharset(headers: ResponseHeaders, bytes: Uint8Array): string | undefined {
  const ofBom = findBomCharset(bytes);
  if (ofBom !== undefined) return ofBom;
  const ofType = readCharsetParameter(headers);
  if (ofType !== undefined) return readCharset(ofType);
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, MAX_DECLARATION_BYTES));
  return readCharset(DECLARED_ENCODING.exec(start.toString('latin1'))?.[1]);
}

import { type BusError, createFailure, type FailureCode, getErrorCode } from '@trunkline/failures';

/** Fastify's own errors, by their codes (fastify "Errors"). */
const FASTIFY_ERROR_CODES: Readonly<Record<string, FailureCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'CONTENT_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_EMPTY_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'MALFORMED_BODY',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'MALFORMED_BODY',
  FST_ERR_CTP_INVALID_JSON_BODY: 'MALFORMED_BODY',
  FST_ERR_BAD_URL: 'BAD_REQUEST',
  FST_ERR_MAX_PARAM_LENGTH: 'URI_TOO_LONG',
  FST_ERR_NOT_FOUND: 'ROUTE_NOT_FOUND',
};

/** What Node's HTTP parser and server say of a request they could not read (llhttp's HPE codes, and Node's own). */
const PARSER_ERROR_CODES: Readonly<Record<string, FailureCode>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'CONTENT_TOO_LARGE',
  HPE_INVALID_METHOD: 'NOT_IMPLEMENTED',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
};

/** The failure behind an error of Fastify's own, so that the classifier need not know Fastify; anything else comes back as it is. */
export function convertFastifyError(thrown: unknown): unknown {
  const code = FASTIFY_ERROR_CODES[getErrorCode(thrown)];
  return code === undefined ? thrown : createFailure(code);
}

/** A request line whose method is a token, whatever it may be (RFC 9112 §3). */
const REQUEST_LINE = /^[\w!#$%&'*+.^`|~-]+ \S+ HTTP\/\d/;

/** The failure of a request that never became one. */
export function convertParserError(thrown: unknown): BusError {
  const code = getErrorCode(thrown);
  if (code === 'HPE_INVALID_METHOD' && !hasRequestLine(thrown)) return createFailure('BAD_REQUEST');
  return createFailure(PARSER_ERROR_CODES[code] ?? 'BAD_REQUEST');
}

/** The parser stops at the first letter that no known method has: whether it is HTTP at all shows in what came. */
function hasRequestLine(thrown: unknown): boolean {
  const packet: unknown = typeof thrown === 'object' && thrown !== null ? Reflect.get(thrown, 'rawPacket') : undefined;
  return packet instanceof Uint8Array && REQUEST_LINE.test(Buffer.from(packet).toString('latin1'));
}

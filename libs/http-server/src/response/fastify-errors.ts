import { type BusError, createFailure, type FailureCode, getErrorCode } from '@trunkline/failures';

/** Failure codes by the error codes of Fastify (Fastify reference, "Errors"). */
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

/** Failure codes by the error codes of Node's HTTP parser (llhttp) and HTTP server. */
const PARSER_ERROR_CODES: Readonly<Record<string, FailureCode>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'CONTENT_TOO_LARGE',
  HPE_INVALID_METHOD: 'NOT_IMPLEMENTED',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
};
/** A request line with any token as its method (RFC 9112 §3). */
const REQUEST_LINE = /^[\w!#$%&'*+.^`|~-]+ \S+ HTTP\/\d/;

/** Converts an error of Fastify to a failure, so that the classifier is independent of Fastify; returns any other value unchanged. */
export function convertFastifyError(thrown: unknown): unknown {
  const code = FASTIFY_ERROR_CODES[getErrorCode(thrown)];
  return code === undefined ? thrown : createFailure(code);
}

/** Converts an error of Node's HTTP parser or server to a failure: by default 400 `BAD_REQUEST`. */
export function convertParserError(thrown: unknown): BusError {
  const code = getErrorCode(thrown);
  if (code === 'HPE_INVALID_METHOD' && !hasRequestLine(thrown)) return createFailure('BAD_REQUEST');
  return createFailure(PARSER_ERROR_CODES[code] ?? 'BAD_REQUEST');
}

/** Tells an unknown HTTP method from bytes that are not HTTP: the parser reports both with the same code. */
function hasRequestLine(thrown: unknown): boolean {
  const packet: unknown = typeof thrown === 'object' && thrown !== null ? Reflect.get(thrown, 'rawPacket') : undefined;
  return packet instanceof Uint8Array && REQUEST_LINE.test(Buffer.from(packet).toString('latin1'));
}

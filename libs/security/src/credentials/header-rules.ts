/** A header to be sent: its name in lower case, and its value. */
export type Header = readonly [name: string, value: string];

const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/;
/** Characters that could end the header, or that are changed on the way (RFC 9110 §5.5). */
const NOT_IN_VALUE = /[^\t\u0020-\u007e\u0080-\u00ff]/;

/** Headers that belong to the connection, to the next hop alone or to HTTP itself (RFC 9110 §7.6.1). */
const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Headers by which logs and traces of several systems are joined; the bus sets them. */
const CORRELATION_HEADERS: ReadonlySet<string> = new Set(['x-request-id', 'traceparent', 'tracestate']);

/** Checks that configuration and callers may set a header of this name on an outgoing call. */
export function isSettableHeaderName(name: string): boolean {
  const lower = name.toLowerCase();
  return TOKEN.test(name) && !RESERVED_HEADERS.has(lower) && !CORRELATION_HEADERS.has(lower);
}

/** Checks that HTTP allows every character of a header value. */
export function isHeaderValue(value: string): boolean {
  return !NOT_IN_VALUE.test(value);
}

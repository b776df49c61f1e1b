import { createBadRequest } from './bad-request';

/** Headers of a call, by name. What is absent is not sent. */
export type HeaderValues = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** A header on its way out: its name in lower case, and its value. */
export type Header = readonly [name: string, value: string];

const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/;
/** Anything else could end the header, or is not what arrives (RFC 9110 §5.5). */
const NOT_IN_VALUE = /[^\t\u0020-\u007e\u0080-\u00ff]/;

/** Said by the connection itself, to the next hop alone or by HTTP: not for callers (RFC 9110 §7.6.1). */
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

/** What the bus says of itself, so that logs can be joined. */
const CORRELATION_HEADERS: ReadonlySet<string> = new Set(['x-request-id', 'traceparent', 'tracestate']);

/** Is it a name that configuration and callers may use? */
export function isSettableHeaderName(name: string): boolean {
  const lower = name.toLowerCase();
  return TOKEN.test(name) && !RESERVED_HEADERS.has(lower) && !CORRELATION_HEADERS.has(lower);
}

export function isHeaderValue(value: string): boolean {
  return !NOT_IN_VALUE.test(value);
}

/**
 * The headers that a caller asks for.
 *
 * @throws {BusError} 400 `BAD_REQUEST` for a name or value that HTTP does not allow, or that is not the caller's to choose
 */
export function validateHeaders(values: HeaderValues): Header[] {
  return Object.entries(values).flatMap(([name, value]): Header[] => {
    if (value === undefined) return [];
    if (!isSettableHeaderName(name))
      throw createBadRequest(`the header ${JSON.stringify(name)} cannot be set on an outgoing call`);
    const text = Array.isArray(value) ? value.join(', ') : String(value);
    if (!isHeaderValue(text))
      throw createBadRequest(`the value of the header ${name} has a character that HTTP does not allow`);
    return [[name.toLowerCase(), text]];
  });
}

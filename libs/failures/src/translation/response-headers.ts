import { validateHeaderName, validateHeaderValue } from 'node:http';

const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  'content-length',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-request-id',
]);

/**
 * Checks whether only the bus may set a response header: it frames the message or belongs to the connection, which another value could
 * desynchronise, or it is the correlation id. Failures may set `connection`.
 *
 * @param name - in lower case
 */
export function isReservedHeader(name: string): boolean {
  return RESERVED_HEADERS.has(name);
}

/**
 * Checks the headers of a service or a failure, and returns them by their lower-case names.
 *
 * @throws {TypeError} for a header that may not be sent: an object, such as a promise without `await`; an illegal name or value (CR, LF,
 *   NUL, beyond Latin-1), or a header that only the bus sets
 */
export function validateResponseHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const legal: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    validateHeaderName(name);
    assertHeaderValue(name, value);
    validateHeaderValue(name, value);
    const lowerCase = name.toLowerCase();
    if (isReservedHeader(lowerCase)) throw new TypeError(`only the bus may set the header ${name}`);
    legal[lowerCase] = value;
  }
  return legal;
}

/** Node would send the class of an object: `[object Promise]`. */
function assertHeaderValue(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const hint = 'then' in value ? ': is an await missing?' : '';
  throw new TypeError(`the value of the header ${name} is an object, not a text${hint}`);
}

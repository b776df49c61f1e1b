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
 * Whether the bus alone sets a response header: it frames the message or belongs to the connection, which another value could
 * desynchronise, or it is the correlation id. `connection` is for failures to set.
 *
 * @param name - in lower case
 */
export function isReservedHeader(name: string): boolean {
  return RESERVED_HEADERS.has(name);
}

/**
 * The headers that a service or a failure brings along, by their lower-case names.
 *
 * @throws {TypeError} for one that may not be sent: an object, such as a promise that nobody awaited; an illegal name or value (CR, LF, NUL, beyond Latin-1), or one of the bus's own
 */
export function validateResponseHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const legal: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    validateHeaderName(name);
    assertHeaderValue(name, value);
    validateHeaderValue(name, value);
    const lowerCase = name.toLowerCase();
    if (isReservedHeader(lowerCase)) throw new TypeError(`the header ${name} belongs to the bus`);
    legal[lowerCase] = value;
  }
  return legal;
}

/** Node would send an object by its class: `[object Promise]`. */
function assertHeaderValue(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const hint = 'then' in value ? ': is an await missing?' : '';
  throw new TypeError(`the header ${name} is an object and not a text${hint}`);
}

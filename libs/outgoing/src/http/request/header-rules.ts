import { type Header, isHeaderValue, isSettableHeaderName } from '@trunkline/security';
import { createBadRequest } from './bad-request';

/** Headers of a call by name. `undefined` is not sent. */
export type HeaderValues = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/**
 * Validates the headers of a caller.
 *
 * @throws {BusError} 400 `BAD_REQUEST` for a name or value that HTTP does not allow, or a header that callers cannot set
 */
export function validateHeaders(values: HeaderValues): Header[] {
  return Object.entries(values).flatMap(([name, value]): Header[] => {
    if (value === undefined) return [];
    if (!isSettableHeaderName(name))
      throw createBadRequest(`the header ${JSON.stringify(name)} cannot be set on an outgoing call`);
    const text = Array.isArray(value) ? value.join(', ') : String(value);
    if (!isHeaderValue(text))
      throw createBadRequest(`the value of the header ${name} contains a character that HTTP does not allow`);
    return [[name.toLowerCase(), text]];
  });
}

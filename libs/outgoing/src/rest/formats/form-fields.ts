import { createBadRequest } from '../../http/request/bad-request';

/** Would be replaced by U+FFFD without notice. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Names and values of a form, one entry for each value. */
export type Fields = readonly (readonly [name: string, value: unknown])[];

/**
 * Lists the fields of an object: a list repeats its name; `undefined` and `null` are left out.
 *
 * @throws {BusError} 400 `BAD_REQUEST` when the body is not an object with members: it may come from a client
 */
export function toFields(body: unknown, format: 'form' | 'multipart'): Fields {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || body instanceof Uint8Array)
    throw createBadRequest(`the body of a call with the format ${format} is an object with its fields`);
  return Object.entries(body)
    .flatMap(([name, value]: [string, unknown]) =>
      Array.isArray(value) ? value.map((each: unknown) => [name, each] as const) : [[name, value] as const],
    )
    .filter(([, value]) => value !== undefined && value !== null);
}

/**
 * Formats the value of a field.
 *
 * @throws {BusError} 400 `BAD_REQUEST` for a value that is no scalar, and for malformed text
 */
export function formatField(name: string, value: unknown): string {
  if (typeof value === 'string' && !LONE_SURROGATE.test(value)) return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  throw createBadRequest(
    `the field ${name} must be well-formed text, a number, a boolean, a date or a list of them; files need the format multipart`,
  );
}

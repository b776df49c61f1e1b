import { refusal } from './refusal';

/** What a value of a query may be. A list repeats the key; what is absent is left out. */
export type QueryValue = string | number | bigint | boolean | Date | null | undefined;

/** A query, by key. */
export type Query = Readonly<Record<string, QueryValue | readonly QueryValue[]>>;

/**
 * Writes a query, with its question mark; empty where nothing is left to write.
 *
 * @throws {BusError} 400 `BAD_REQUEST` for an object, a function or a text that is not well-formed
 */
export function queryString(query: Readonly<Record<string, unknown>>): string {
  let written = '';
  for (const [key, value] of Object.entries(query)) {
    if (!Array.isArray(value)) written += pair(key, value);
    else for (const item of value) written += pair(key, item);
  }
  return written === '' ? '' : `?${written.slice(1)}`;
}

function pair(key: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  return `&${encode(key, key)}=${encode(key, scalarText(key, value))}`;
}

function scalarText(key: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  throw refusal(`the query parameter ${key} must be a text, a number, a boolean, a date or a list of them`);
}

function encode(key: string, text: string): string {
  try {
    return encodeURIComponent(text);
  } catch (cause) {
    throw refusal(`the query parameter ${key} is not well-formed text`, cause);
  }
}

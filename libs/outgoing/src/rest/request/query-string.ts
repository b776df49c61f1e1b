import type { BusError } from '@trunkline/failures';
import type { HttpMethod } from '../../http/request/http-method';
import { createBadRequest } from '../../http/request/bad-request';

/** A value of a query. A list repeats the key; `null` and `undefined` are left out. */
export type QueryValue = string | number | bigint | boolean | Date | null | undefined;

/** A query, by key. */
export type Query = Readonly<Record<string, QueryValue | readonly QueryValue[]>>;

const NO_NAMES: ReadonlySet<string> = new Set();

/** The values of the setting `emptyList`. */
export const EMPTY_LIST_RULES = ['refuse', 'drop', 'keep'] as const;

/**
 * The treatment of a list without values in a query.
 *
 * - `refuse`: the call fails with 400 `BAD_REQUEST`. For a server, a query without a filter concerns everything.
 * - `drop`: the key is left out
 * - `keep`: the key is sent without a value (`ids=`)
 */
export type EmptyListRule = (typeof EMPTY_LIST_RULES)[number];

/** Finds the rule where neither the call nor the connection has one. */
export function findEmptyListRule(method: HttpMethod): EmptyListRule {
  return method === 'DELETE' ? 'refuse' : 'drop';
}

/**
 * Formats a query with its question mark; an empty string where there is nothing to send.
 *
 * @throws {BusError} 400 `BAD_REQUEST` for an object, a function, a malformed string, or an empty list that is rejected
 */
export function formatQueryString(query: Readonly<Record<string, unknown>>, emptyList: EmptyListRule): string {
  let written = '';
  for (const [key, value] of Object.entries(query)) {
    written += Array.isArray(value) ? formatList(key, value, emptyList) : formatPair(key, value);
  }
  return written === '' ? '' : `?${written.slice(1)}`;
}

/** A list of absent values only counts as empty. */
function formatList(key: string, values: readonly unknown[], emptyList: EmptyListRule): string {
  let written = '';
  for (const value of values) written += formatPair(key, value);
  if (written !== '' || emptyList === 'drop') return written;
  if (emptyList === 'keep') return formatPair(key, '');
  throw createEmptyFilterError(key);
}

/** Creates the error of a call whose filter is empty: without the filter, the call would concern everything. */
export function createEmptyFilterError(key: string): BusError {
  return createBadRequest(`the query parameter ${key} is empty: without it, the call would not be limited by ${key}`);
}

/**
 * Replaces `null` by an empty list, so that the rule for empty lists applies to it.
 *
 * @param optional - names of members that may be `null`: these are left out of the query
 */
export function replaceNulls(query: Readonly<Record<string, unknown>>, optional: ReadonlySet<string> = NO_NAMES) {
  const entries = Object.entries(query);
  if (!entries.some(([name, value]) => value === null && !optional.has(name))) return query;
  return Object.fromEntries(entries.map(([name, value]) => [name, value === null && !optional.has(name) ? [] : value]));
}

function formatPair(key: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  return `&${encode(key, key)}=${encode(key, formatQueryValue(key, value))}`;
}

function formatQueryValue(key: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  throw createBadRequest(`the query parameter ${key} must be a string, a number, a boolean, a date or a list of them`);
}

function encode(key: string, text: string): string {
  try {
    return encodeURIComponent(text);
  } catch (cause) {
    throw createBadRequest(`the query parameter ${key} is not well-formed text`, cause);
  }
}

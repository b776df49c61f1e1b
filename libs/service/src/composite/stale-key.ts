import { createHash } from 'node:crypto';
import { types } from 'node:util';
import type { Caller } from '@trunkline/security';

/** Whose values these are: what services can read of the request that it all began with, or hand on to other systems. */
export interface CachePartition {
  readonly caller: Caller | undefined;
  /** Names and values of the inbound headers that outgoing connections forward; `undefined` for one that did not come. */
  readonly headers: readonly (readonly [name: string, value: unknown])[];
}

/** Claims that every token has anew: they do not change what its subject may see. */
const PER_TOKEN_CLAIMS: ReadonlySet<string> = new Set(['iat', 'exp', 'nbf', 'jti', 'auth_time', 'nonce', 'at_hash']);

/**
 * The key of a stale value: service, input, and who may see it (RFC 9111 §3.5). It is a digest, so that inputs and credentials are
 * not kept in memory in clear.
 *
 * @param owner - the audience, or a `staleKey` that takes its place
 * @returns `undefined` for an input that JSON cannot tell from others: functions, symbols, maps, sets, bytes
 */
export function createStaleKey(service: string, input: unknown, owner: CachePartition | string): string | undefined {
  try {
    const text = `${service}\n${serializeCanonically(input)}\n${typeof owner === 'string' ? JSON.stringify(owner) : serializePartition(owner)}`;
    return createHash('sha256').update(text).digest('base64url');
  } catch {
    // An input that has no text of its own cannot be found again.
    return undefined;
  }
}

function serializePartition({ caller, headers }: CachePartition): string {
  if (!caller) return serializeCanonically([headers]);
  const { claims = {}, scopes, ...rest } = caller;
  const lasting = Object.entries(claims).filter(([name]) => !PER_TOKEN_CLAIMS.has(name));
  return serializeCanonically([headers, rest, scopes.toSorted(), Object.fromEntries(lasting)]);
}

/** Values that differ in nothing but the order of their members have the same text. */
function serializeCanonically(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function' || typeof value === 'symbol') throw new TypeError(`a ${typeof value} has no text`);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(serializeCanonically).join()}]`;
  if (types.isDate(value)) return `@${value.getTime()}`;
  return serializeMembers(value);
}

function serializeMembers(value: object): string {
  if ('toJSON' in value && typeof value.toJSON === 'function') return `(${serializeCanonically(value.toJSON())})`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (!isPlainObject(value) && (members.length === 0 || Object.prototype.toString.call(value) !== '[object Object]')) {
    throw new TypeError('what makes this object different from others of its class cannot be seen');
  }
  const sorted = members.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, member]) => `${JSON.stringify(name)}:${serializeCanonically(member)}`).join()}}`;
}

/** By the prototype of its prototype: objects of other realms are plain, too. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return typeof prototype !== 'object' || prototype === null || Object.getPrototypeOf(prototype) === null;
}

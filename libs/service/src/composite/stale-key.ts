import { createHash } from 'node:crypto';
import { types } from 'node:util';
import type { Caller } from '@trunkline/security';

/** The requests that may share a stale value: those with the same caller and the same forwarded headers. */
export interface CachePartition {
  readonly caller: Caller | undefined;
  /** Names and values of the inbound headers that outgoing connections forward; the value of an absent header is `undefined`. */
  readonly headers: readonly (readonly [name: string, value: unknown])[];
}

/** Claims that differ from token to token and do not change what its subject may read. */
const PER_TOKEN_CLAIMS: ReadonlySet<string> = new Set(['iat', 'exp', 'nbf', 'jti', 'auth_time', 'nonce', 'at_hash']);

/**
 * Creates the key of a stale value from the service, its input, and the requests that may share it (RFC 9111 §3.5). It is a digest,
 * so that inputs and credentials are not in memory as plain text.
 *
 * @param partition - or the `staleKey` that replaces it
 * @returns `undefined` for an input without a canonical text: functions, symbols, maps, sets, bytes
 */
export function createStaleKey(
  service: string,
  input: unknown,
  partition: CachePartition | string,
): string | undefined {
  try {
    const sharedBy = typeof partition === 'string' ? JSON.stringify(partition) : serializePartition(partition);
    const text = `${service}\n${serializeCanonically(input)}\n${sharedBy}`;
    return createHash('sha256').update(text).digest('base64url');
  } catch {
    // Without a canonical text the value could not be found again.
    return undefined;
  }
}

function serializePartition({ caller, headers }: CachePartition): string {
  if (!caller) return serializeCanonically([headers]);
  const { claims = {}, scopes, ...rest } = caller;
  const stableClaims = Object.entries(claims).filter(([name]) => !PER_TOKEN_CLAIMS.has(name));
  return serializeCanonically([headers, rest, scopes.toSorted(), Object.fromEntries(stableClaims)]);
}

/** Serializes what services pass to each other: unlike `toCanonicalJson`, also dates and bigints, and nothing that looks equal but differs. */
function serializeCanonically(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function' || typeof value === 'symbol')
    throw new TypeError(`a ${typeof value} has no canonical text`);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(serializeCanonically).join()}]`;
  if (types.isDate(value)) return `@${value.getTime()}`;
  return serializeMembers(value);
}

function serializeMembers(value: object): string {
  if ('toJSON' in value && typeof value.toJSON === 'function') return `(${serializeCanonically(value.toJSON())})`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (!isPlainObject(value) && (members.length === 0 || Object.prototype.toString.call(value) !== '[object Object]')) {
    throw new TypeError('an object with hidden state has no canonical text');
  }
  const sorted = members.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, member]) => `${JSON.stringify(name)}:${serializeCanonically(member)}`).join()}}`;
}

/** Checks the prototype's prototype, because plain objects of other realms have another `Object.prototype`. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return typeof prototype !== 'object' || prototype === null || Object.getPrototypeOf(prototype) === null;
}

import { isObject } from '../json/is-record';
import { type Violation, violationAt } from './violation';

/** One value that does not fit, as services describe it: with whatever they know of it. */
export interface GivenViolation {
  /** JSON Pointer into the input, with or without `#`. */
  readonly pointer?: string;
  /** The same for people: `items[0].sku`. */
  readonly field?: string;
  /** The same as keys and indices, as the issues of schemas have it. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  /** What is wrong with it. Default: `message`, as the issues of schemas have it. */
  readonly detail?: string;
  readonly message?: string;
  /** Default: `code`, as the issues of schemas have it, else `invalid`. */
  readonly rule?: string;
  readonly code?: string | undefined;
}

/** Violations as services give them: a text or a list of texts about the whole input, or descriptions of values. */
export type GivenViolations = string | GivenViolation | readonly (string | GivenViolation)[];

/**
 * Reads violations. JavaScript passes anything: what is neither a text nor an object is left out.
 *
 * @param given - {@link GivenViolations}, where the types are heeded
 */
export function parseViolations(given: unknown): readonly Violation[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  return list.every(isViolation) ? list : list.flatMap(parseViolation);
}

function isViolation(given: unknown): given is Violation {
  if (!isObject(given)) return false;
  const { pointer, field, detail, rule } = given;
  return [pointer, field, detail, rule].every((member) => typeof member === 'string');
}

function parseViolation(given: unknown): readonly Violation[] {
  if (typeof given === 'string') return [violationAt([], given, 'invalid')];
  if (isViolation(given)) return [given];
  if (!isObject(given)) return [];
  const detail = findText(given['detail'], given['message']) ?? 'the value is invalid';
  return [violationAt(parsePath(given), detail, findText(given['rule'], given['code']) ?? 'invalid')];
}

function parsePath({ path, pointer, field }: Readonly<Record<string, unknown>>): readonly PropertyKey[] {
  if (Array.isArray(path)) return Array.from(path, toPropertyKey);
  if (typeof pointer === 'string') return parsePointer(pointer);
  return typeof field === 'string' ? (field.match(/[^.[\]]+/g) ?? []) : [];
}

function toPropertyKey(step: unknown): PropertyKey {
  const key: unknown = isObject(step) ? step['key'] : step;
  return typeof key === 'number' || typeof key === 'symbol' ? key : String(key);
}

/** RFC 6901: `/items/0/sku`, or as a URI fragment `#/items/0/sku`. */
function parsePointer(pointer: string): readonly string[] {
  const isFragment = pointer.startsWith('#');
  const [, ...tokens] = pointer.split('/');
  return tokens.map((token) => (isFragment ? decodeToken(token) : token).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function decodeToken(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    // A `%` that encodes nothing stands for itself.
    return token;
  }
}

function findText(...texts: readonly unknown[]): string | undefined {
  return texts.find((text): text is string => typeof text === 'string' && text !== '');
}

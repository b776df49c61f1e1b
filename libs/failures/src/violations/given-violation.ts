import { isObject } from '../json/is-record';
import { type Violation, violationAt } from './violation';

/** An invalid value as a service describes it, with any of these members. */
export interface GivenViolation {
  /** JSON Pointer into the input, with or without `#`. */
  readonly pointer?: string;
  /** The path to the value for people: `items[0].sku`. */
  readonly field?: string;
  /** The path to the value as keys and indices, like the issues of schemas. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  /** What is wrong with the value. Default: `message`, which issues of schemas have. */
  readonly detail?: string;
  readonly message?: string;
  /** The violated rule. Default: `code`, which issues of schemas have, or `invalid`. */
  readonly rule?: string;
  readonly code?: string | undefined;
}

/** Violations as a service passes them: texts about the whole input, or descriptions of values, single or in a list. */
export type GivenViolations = string | GivenViolation | readonly (string | GivenViolation)[];

/**
 * Parses violations. Values that are neither a text nor an object are omitted: JavaScript can pass anything.
 *
 * @param input - {@link GivenViolations} in typed code
 */
export function parseViolations(input: unknown): readonly Violation[] {
  const list: readonly unknown[] = Array.isArray(input) ? input : [input];
  return list.every(isViolation) ? list : list.flatMap(parseViolation);
}

function isViolation(input: unknown): input is Violation {
  if (!isObject(input)) return false;
  const { pointer, field, detail, rule } = input;
  return [pointer, field, detail, rule].every((member) => typeof member === 'string');
}

function parseViolation(input: unknown): readonly Violation[] {
  if (typeof input === 'string') return [violationAt([], input, 'invalid')];
  if (isViolation(input)) return [input];
  if (!isObject(input)) return [];
  const detail = findText(input['detail'], input['message']) ?? 'the value is invalid';
  return [violationAt(parsePath(input), detail, findText(input['rule'], input['code']) ?? 'invalid')];
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
    // A `%` that encodes no byte is kept.
    return token;
  }
}

function findText(...texts: readonly unknown[]): string | undefined {
  return texts.find((text): text is string => typeof text === 'string' && text !== '');
}

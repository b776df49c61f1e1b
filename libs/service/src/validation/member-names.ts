import { isRecord, ValidationFailedError, type Violation, violationAt } from '@trunkline/failures';
import type { ShapeValidator } from './shape-validator';

/** A declared string member. */
export interface MemberName {
  readonly name: string;
  readonly isOptional: boolean;
}

/**
 * Creates a validator for input declared by names: each member is a string, and not empty unless its name starts with a dash. Other
 * members are rejected.
 *
 * @throws {TypeError} for an empty or repeated name
 */
export function createNamesInputValidator(declared: string | readonly string[]): ShapeValidator {
  const strings = [declared].flat().map(parseMemberName);
  const known = new Set(strings.map(({ name }) => name));
  if (known.size !== strings.length || known.has('')) {
    throw new TypeError(`names of an input or output must be unique and not empty: ${JSON.stringify(declared)}`);
  }
  return (value) => {
    if (isValid(value, strings)) return value;
    throw new ValidationFailedError(listViolations(value, strings, known));
  };
}

/**
 * Creates a validator for output declared by names. Other members are omitted.
 *
 * @throws {TypeError} as {@link createNamesInputValidator}
 */
export function createNamesOutputValidator(declared: string | readonly string[]): ShapeValidator {
  const validate = createNamesInputValidator(declared);
  const names = [declared].flat().map((text) => parseMemberName(text).name);
  return (value, coercible) => {
    const picked = isRecord(value) ? Object.fromEntries(names.map((name) => [name, value[name]])) : value;
    return validate(picked, coercible);
  };
}

/** Parses `a`, or `-a` for an optional member. */
export function parseMemberName(text: string): MemberName {
  const isOptional = text.startsWith('-');
  return { name: isOptional ? text.slice(1) : text, isOptional };
}

/** The fast path for valid values, without allocations. */
function isValid(value: unknown, strings: readonly MemberName[]): boolean {
  if (!isRecord(value)) return false;
  let found = 0;
  for (const { name, isOptional } of strings) {
    const member = value[name];
    if (member !== undefined) found += 1;
    if (describeMismatch(member, name, isOptional) !== undefined) return false;
  }
  for (const key in value) if (value[key] !== undefined) found -= 1;
  return found === 0;
}

function listViolations(value: unknown, strings: readonly MemberName[], known: ReadonlySet<string>): Violation[] {
  if (!isRecord(value)) return [violationAt([], 'an object is expected', 'isObject')];
  const wrong = strings.flatMap(({ name, isOptional }) => {
    const detail = describeMismatch(value[name], name, isOptional);
    return detail === undefined
      ? []
      : [violationAt([name], detail, value[name] === undefined ? 'isNotEmpty' : 'isString')];
  });
  const unknown = Object.keys(value).filter((key) => !known.has(key) && value[key] !== undefined);
  return [...wrong, ...unknown.map((key) => violationAt([key], `${key} is not a known member`, 'whitelistValidation'))];
}

function describeMismatch(member: unknown, name: string, isOptional: boolean): string | undefined {
  if (member === undefined) return isOptional ? undefined : `${name} is required`;
  if (typeof member !== 'string') return `${name} must be a string`;
  return member === '' && !isOptional ? `${name} must not be empty` : undefined;
}

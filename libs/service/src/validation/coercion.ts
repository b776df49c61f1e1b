import { isExactNumber, isObject, type Violation, violationAt } from '@trunkline/failures';
import { NO_VIOLATIONS } from './shape-validator';

/** The target type of a member that arrived as text. `scalar` is a number or a boolean, depending on the text. */
export interface CoercionTarget {
  readonly itemType: CoercedType | undefined;
  /** A single text becomes a list with one item. */
  readonly isList: boolean;
}
/** The type that a text is converted to. */
export type CoercedType = 'number' | 'boolean' | 'scalar';

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Shorter texts have fewer than 16 digits, so they are exact without an exponent. */
const MIN_INEXACT_LENGTH = 16;

/**
 * Converts the texts among a value's members to their target types. A text that does not match, or would lose digits, stays
 * unchanged, so that the validator rejects it.
 *
 * @returns the same value if nothing was converted
 */
export function coerceMembers(
  value: unknown,
  coercible: readonly string[],
  targets: ReadonlyMap<PropertyKey | undefined, CoercionTarget>,
): unknown {
  if (coercible.length === 0 || !isObject(value)) return value;
  let converted: Record<string, unknown> | undefined;
  for (const key of coercible) {
    const target = targets.get(key);
    if (target === undefined) continue;
    const sent = value[key];
    const member = coerceMember(sent, target);
    if (member !== sent) (converted ??= { ...value })[key] = member;
  }
  return converted ?? value;
}

/** Converts a member: a text for a parameter that was sent once, a list of texts for a repeated one. */
export function coerceMember(sent: unknown, { itemType, isList }: CoercionTarget): unknown {
  if (Array.isArray(sent)) return isList && itemType ? sent.map((text: unknown) => coerceItem(text, itemType)) : sent;
  if (typeof sent !== 'string') return sent;
  const converted = itemType ? coerceItem(sent, itemType) : sent;
  return isList ? [converted] : converted;
}

function coerceItem(text: unknown, item: CoercedType): unknown {
  if (typeof text !== 'string') return text;
  if (item !== 'number' && (text === 'true' || text === 'false')) return text === 'true';
  return item !== 'boolean' && NUMBER.test(text) && isExactNumber(text) ? Number(text) : text;
}

/** Decimal numbers as code accepts them, more leniently than JSON. */
const DECIMAL = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

/**
 * Finds the texts that a declaration's own conversion (`@Type(() => Number)`, `z.coerce.number()`, `Number(value)` in a
 * transformation) has turned into numbers with other digits.
 *
 * @param value - before validation
 * @param checked - after validation
 */
export function findLostDigits(value: unknown, coercible: readonly string[], checked: unknown): readonly Violation[] {
  if (coercible.length === 0 || !isObject(value)) return NO_VIOLATIONS;
  let lost: Violation[] | undefined;
  // A loop without a closure, because it runs for every request with parameters.
  for (const key of coercible) {
    if (hasLostDigits(value[key], key, checked)) (lost ??= []).push(createLostDigitsViolation(key));
  }
  return lost ?? NO_VIOLATIONS;
}

function hasLostDigits(sent: unknown, key: string, checked: unknown): boolean {
  if (Array.isArray(sent)) return sent.some((text) => hasLostDigits(text, key, checked));
  if (!isInexactNumber(sent)) return false;
  const result = isObject(checked) && Object.hasOwn(checked, key) ? checked[key] : checked;
  return containsNumber(result, Number(sent), new Set());
}

export function createLostDigitsViolation(key: string): Violation {
  return violationAt([key], `${key} would lose digits as a number`, 'exactNumber');
}

/** Whether a text is a decimal number that a double cannot represent exactly. */
export function isInexactNumber(text: unknown): text is string {
  if (typeof text !== 'string') return false;
  const isLong = text.length >= MIN_INEXACT_LENGTH || text.includes('e') || text.includes('E');
  return isLong && DECIMAL.test(text) && !isExactNumber(text.trim().replace('+', ''));
}

function containsNumber(value: unknown, number: number, seen: Set<object>): boolean {
  if (typeof value !== 'object' || value === null) return value === number;
  if (seen.has(value)) return false;
  seen.add(value);
  const members: unknown[] = value instanceof Set || value instanceof Map ? [...value.values()] : Object.values(value);
  return members.some((member) => containsNumber(member, number, seen));
}

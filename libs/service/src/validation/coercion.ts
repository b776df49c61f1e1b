import { isExactNumber, isObject, type Violation, violationAt } from '@trunkline/failures';

/** What a member that came as text is to become: `scalar` is whichever of number and boolean it looks like. */
export interface CoercionTarget {
  readonly itemType: CoercedType | undefined;
  /** One text is a list of one. */
  readonly isList: boolean;
}
export type CoercedType = 'number' | 'boolean' | 'scalar';

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Shorter texts have no 16 digits. Without an exponent they are exact. */
const MIN_INEXACT_LENGTH = 16;

/**
 * The value with those of its texts converted that something else is asked of. A text that does not look like it, or would lose
 * digits, stays as it is, for the check to refuse.
 *
 * @returns the same value where nothing was converted
 */
export function coerceMembers(
  value: unknown,
  texts: readonly string[],
  targets: ReadonlyMap<PropertyKey | undefined, CoercionTarget>,
): unknown {
  if (texts.length === 0 || !isObject(value)) return value;
  let converted: Record<string, unknown> | undefined;
  for (const key of texts) {
    const target = targets.get(key);
    if (target === undefined) continue;
    const sent = value[key];
    const member = coerceMember(sent, target);
    if (member !== sent) (converted ??= { ...value })[key] = member;
  }
  return converted ?? value;
}

/** A member that came once is a text, one that came several times a list of texts. */
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

/** What code takes for a decimal number, more generously than JSON. */
const DECIMAL = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/;
const NO_VIOLATIONS: readonly Violation[] = [];

/**
 * Finds the texts that have become numbers with other digits, by a declaration's own conversion (`@Type(() => Number)`,
 * `z.coerce.number()`, `Number(value)` in a transformation).
 *
 * @param value - as it came
 * @param checked - what was made of it
 */
export function findLostDigits(value: unknown, texts: readonly string[], checked: unknown): readonly Violation[] {
  if (texts.length === 0 || !isObject(value)) return NO_VIOLATIONS;
  let lost: Violation[] | undefined;
  // No closure: most texts are short, and found to be exact in no time.
  for (const key of texts) {
    if (hasLostDigits(value[key], key, checked)) (lost ??= []).push(createLostDigitsViolation(key));
  }
  return lost ?? NO_VIOLATIONS;
}

function hasLostDigits(sent: unknown, key: string, checked: unknown): boolean {
  if (Array.isArray(sent)) return sent.some((text) => hasLostDigits(text, key, checked));
  if (!isInexactNumber(sent)) return false;
  const made = isObject(checked) && Object.hasOwn(checked, key) ? checked[key] : checked;
  return containsNumber(made, Number(sent), new Set());
}

export function createLostDigitsViolation(key: string): Violation {
  return violationAt([key], `${key} would lose digits as a number`, 'exactNumber');
}

/** Is it a decimal number that a double cannot hold? */
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

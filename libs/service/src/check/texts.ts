import { isExactNumber, type Violation, violationAt } from '@trunkline/failures';

/** What a member that came as text is to become: `scalar` is whichever of number and boolean it looks like. */
export interface TextTarget {
  readonly item: TextItem | undefined;
  /** One text is a list of one. */
  readonly isList: boolean;
}
export type TextItem = 'number' | 'boolean' | 'scalar';

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Shorter texts have no 16 digits. Without an exponent they are exact. */
const SHORTEST_INEXACT = 16;

/**
 * The value with those of its texts converted that something else is asked of. A text that does not look like it, or would lose
 * digits, stays as it is, for the check to refuse.
 *
 * @returns the same value where nothing was converted
 */
export function convertTexts(
  value: unknown,
  texts: readonly string[],
  targets: ReadonlyMap<PropertyKey | undefined, TextTarget>,
): unknown {
  if (texts.length === 0 || !isRecord(value)) return value;
  let converted: Record<string, unknown> | undefined;
  for (const key of texts) {
    const target = targets.get(key);
    if (target === undefined) continue;
    const sent = value[key];
    const member = convertMember(sent, target);
    if (member !== sent) (converted ??= { ...value })[key] = member;
  }
  return converted ?? value;
}

/** A member that came once is a text, one that came several times a list of texts. */
export function convertMember(sent: unknown, { item, isList }: TextTarget): unknown {
  if (Array.isArray(sent)) return isList && item ? sent.map((text: unknown) => convertItem(text, item)) : sent;
  if (typeof sent !== 'string') return sent;
  const converted = item ? convertItem(sent, item) : sent;
  return isList ? [converted] : converted;
}

function convertItem(text: unknown, item: TextItem): unknown {
  if (typeof text !== 'string') return text;
  if (item !== 'number' && (text === 'true' || text === 'false')) return text === 'true';
  return item !== 'boolean' && NUMBER.test(text) && isExactNumber(text) ? Number(text) : text;
}

/** What code takes for a decimal number, more generously than JSON. */
const DECIMAL = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/;
const NONE: readonly Violation[] = [];

/**
 * Finds the texts that have become numbers with other digits, by a declaration's own conversion (`@Type(() => Number)`,
 * `z.coerce.number()`, `Number(value)` in a transformation).
 *
 * @param value - as it came
 * @param checked - what was made of it
 */
export function findLostDigits(value: unknown, texts: readonly string[], checked: unknown): readonly Violation[] {
  if (texts.length === 0 || !isRecord(value)) return NONE;
  let lost: Violation[] | undefined;
  // No closure: most texts are short, and found to be exact in no time.
  for (const key of texts) {
    if (isLost(value[key], key, checked)) (lost ??= []).push(describeLostDigits(key));
  }
  return lost ?? NONE;
}

function isLost(sent: unknown, key: string, checked: unknown): boolean {
  if (Array.isArray(sent)) return sent.some((text) => isLost(text, key, checked));
  if (!isInexactText(sent)) return false;
  const made = isRecord(checked) && Object.hasOwn(checked, key) ? checked[key] : checked;
  return holdsNumber(made, Number(sent), new Set());
}

export function describeLostDigits(key: string): Violation {
  return violationAt([key], `${key} would lose digits as a number`, 'exactNumber');
}

/** Is it a decimal number that a double cannot hold? */
export function isInexactText(text: unknown): text is string {
  if (typeof text !== 'string') return false;
  const isLong = text.length >= SHORTEST_INEXACT || text.includes('e') || text.includes('E');
  return isLong && DECIMAL.test(text) && !isExactNumber(text.trim().replace('+', ''));
}

function holdsNumber(value: unknown, number: number, seen: Set<object>): boolean {
  if (typeof value !== 'object' || value === null) return value === number;
  if (seen.has(value)) return false;
  seen.add(value);
  const members: unknown[] = value instanceof Set || value instanceof Map ? [...value.values()] : Object.values(value);
  return members.some((member) => holdsNumber(member, number, seen));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

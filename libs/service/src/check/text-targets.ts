import { type Violation, violationAt } from '@trunkline/failures';
import { getMetadataStorage } from 'class-validator';
import type { RuleMetadata } from './compiled/rules';
import { isTransformed, findSentName, typeOfMember } from './compiled/type-of-member';
import { NO_TEXTS } from './check';
import { isInexactText, describeLostDigits, type TextItem, type TextTarget } from './texts';

/** Which members of a class ask for something other than text. */
export interface TextTargets {
  readonly byName: ReadonlyMap<string, TextTarget>;
  /** Members that class-transformer makes numbers or booleans of, whatever their texts are: `Boolean('no')` is `true`. */
  readonly forced: ReadonlySet<string>;
}

/**
 * Reads what the members of a class ask for: by `@Type`, by their declared type, and by their decorators, since plain JavaScript has
 * no declared types. A member with `@Transform` gets the text that was sent.
 */
export function findTextTargets(declared: new () => object): TextTargets {
  const byName = new Map<string, TextTarget>();
  const forced = new Set<string>();
  const rules = getMetadataStorage().getTargetValidationMetadatas(declared, '', false, false);
  for (const member of new Set(rules.map(({ propertyName }) => propertyName))) {
    if (isTransformed(declared, member)) continue;
    const name = findSentName(declared, member);
    const typed = readItemType(findType(declared, member));
    const own = rules.filter(({ propertyName }) => propertyName === member);
    const target = readTarget(Reflect.getMetadata('design:type', declared.prototype, member), own);
    const item = typed ?? target.item;
    if (item !== undefined || target.isList) byName.set(name, { ...target, item });
    if (typed !== undefined) forced.add(name);
  }
  return { byName, forced };
}

const NONE: readonly Violation[] = [];

/**
 * Finds the texts that were not converted, and are to be refused whatever class-validator says: numbers that would lose digits, and
 * texts that class-transformer would convert in a way of its own.
 *
 * @param value - with its texts converted
 */
export function findUnconverted(value: unknown, texts: readonly string[], targets: TextTargets): readonly Violation[] {
  if (typeof value !== 'object' || value === null) return NONE;
  let found: Violation[] | undefined;
  for (const key of texts) {
    const violation = describeUnconverted(key, Reflect.get(value, key), targets);
    if (violation) (found ??= []).push(violation);
  }
  return found ?? NONE;
}

function describeUnconverted(key: string, member: unknown, { byName, forced }: TextTargets): Violation | undefined {
  const item = byName.get(key)?.item;
  const left = item === undefined ? NO_TEXTS : pickTexts(member);
  if (item === undefined || left.length === 0) return undefined;
  if (item !== 'boolean' && left.some(isInexactText)) return describeLostDigits(key);
  return forced.has(key) ? violationAt([key], `${key} must be a ${item}`, RULES[item]) : undefined;
}

const RULES: Readonly<Record<TextItem, string>> = { number: 'isNumber', boolean: 'isBoolean', scalar: 'isIn' };

function pickTexts(member: unknown): readonly unknown[] {
  if (typeof member === 'string') return [member];
  return Array.isArray(member) ? member.filter((item) => typeof item === 'string') : NO_TEXTS;
}

function findType(declared: new () => object, member: string): unknown {
  const typed = typeOfMember(declared, member);
  return typed === undefined || typed === 'unsure' ? undefined : typed.type;
}

/** Rules that only lists can fulfil. */
const LIST_RULES: ReadonlySet<string> = new Set([
  'isArray',
  'arrayContains',
  'arrayNotContains',
  'arrayNotEmpty',
  'arrayMinSize',
  'arrayMaxSize',
  'arrayUnique',
]);

function readTarget(declaredType: unknown, rules: readonly RuleMetadata[]): TextTarget {
  const isList =
    declaredType === Array || declaredType === Set || rules.some(({ each, name = '' }) => each || LIST_RULES.has(name));
  const byType = isList ? undefined : readItemType(declaredType);
  return { isList, item: byType ?? findItemByRules(rules.filter(({ each }) => each === isList)) };
}

function readItemType(type: unknown): TextItem | undefined {
  if (type === Number) return 'number';
  return type === Boolean ? 'boolean' : undefined;
}

const ITEMS: Readonly<Record<string, TextItem>> = {
  isInt: 'number',
  isNumber: 'number',
  min: 'number',
  max: 'number',
  isPositive: 'number',
  isNegative: 'number',
  isDivisibleBy: 'number',
  isBoolean: 'boolean',
};

function findItemByRules(rules: readonly RuleMetadata[]): TextItem | undefined {
  for (const { name = '', constraints } of rules) {
    const item = ITEMS[name] ?? findItemByValues(readValues(name, constraints));
    if (item !== undefined) return item;
  }
  return undefined;
}

function readValues(rule: string, constraints: readonly unknown[] | undefined): readonly unknown[] {
  const [first, second] = constraints ?? [];
  const values = { isIn: first, isEnum: second, equals: [first] }[rule];
  return Array.isArray(values) ? values : [];
}

function findItemByValues(values: readonly unknown[]): TextItem | undefined {
  const types = new Set(values.map((value) => typeof value));
  if (types.has('number')) return types.has('boolean') ? 'scalar' : 'number';
  return types.has('boolean') ? 'boolean' : undefined;
}

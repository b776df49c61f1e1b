import { type Violation, violationAt } from '@trunkline/failures';
import { getMetadataStorage } from 'class-validator';
import type { RuleMetadata } from './rule-metadata';
import { isTransformed, findExposedName, findMemberType } from './compiled/member-type';
import { NO_COERCIBLE_MEMBERS, NO_VIOLATIONS } from './shape-validator';
import { isInexactNumber, createLostDigitsViolation, type CoercedType, type CoercionTarget } from './coercion';

/** The members of a class that expect something other than text. */
export interface CoercionTargets {
  readonly byName: ReadonlyMap<string, CoercionTarget>;
  /** Members that class-transformer converts to numbers or booleans, whatever their text: `Boolean('no')` is `true`. */
  readonly forced: ReadonlySet<string>;
}

/**
 * Finds the types that the members of a class expect: by `@Type`, by their declared type, and by their decorators, because plain
 * JavaScript has no declared types. A member with `@Transform` gets the original text.
 */
export function findCoercionTargets(declared: new () => object): CoercionTargets {
  const byName = new Map<string, CoercionTarget>();
  const forced = new Set<string>();
  const rules = getMetadataStorage().getTargetValidationMetadatas(declared, '', false, false);
  for (const member of new Set(rules.map(({ propertyName }) => propertyName))) {
    if (isTransformed(declared, member)) continue;
    const name = findExposedName(declared, member);
    const typed = readItemType(findType(declared, member));
    const own = rules.filter(({ propertyName }) => propertyName === member);
    const target = findTarget(Reflect.getMetadata('design:type', declared.prototype, member), own);
    const itemType = typed ?? target.itemType;
    if (itemType !== undefined || target.isList) byName.set(name, { ...target, itemType });
    if (typed !== undefined) forced.add(name);
  }
  return { byName, forced };
}

/**
 * Finds the texts that were not coerced and are rejected before class-validator: numbers that would lose digits, and texts that
 * class-transformer would convert by its own rules.
 *
 * @param value - with its texts coerced
 */
export function findUncoerced(
  value: unknown,
  coercible: readonly string[],
  targets: CoercionTargets,
): readonly Violation[] {
  if (typeof value !== 'object' || value === null) return NO_VIOLATIONS;
  let found: Violation[] | undefined;
  for (const key of coercible) {
    const violation = createUncoercedViolation(key, Reflect.get(value, key), targets);
    if (violation) (found ??= []).push(violation);
  }
  return found ?? NO_VIOLATIONS;
}

function createUncoercedViolation(
  key: string,
  member: unknown,
  { byName, forced }: CoercionTargets,
): Violation | undefined {
  const item = byName.get(key)?.itemType;
  const texts = item === undefined ? NO_COERCIBLE_MEMBERS : pickStrings(member);
  if (item === undefined || texts.length === 0) return undefined;
  if (item !== 'boolean' && texts.some(isInexactNumber)) return createLostDigitsViolation(key);
  return forced.has(key) ? violationAt([key], `${key} must be a ${item}`, RULE_BY_TYPE[item]) : undefined;
}

const RULE_BY_TYPE: Readonly<Record<CoercedType, string>> = {
  number: 'isNumber',
  boolean: 'isBoolean',
  scalar: 'isIn',
};

function pickStrings(member: unknown): readonly unknown[] {
  if (typeof member === 'string') return [member];
  return Array.isArray(member) ? member.filter((item) => typeof item === 'string') : NO_COERCIBLE_MEMBERS;
}

function findType(declared: new () => object, member: string): unknown {
  const typed = findMemberType(declared, member);
  return typed === undefined || typed === 'unsure' ? undefined : typed.type;
}

/** Rules that only lists can satisfy. */
const LIST_RULES: ReadonlySet<string> = new Set([
  'isArray',
  'arrayContains',
  'arrayNotContains',
  'arrayNotEmpty',
  'arrayMinSize',
  'arrayMaxSize',
  'arrayUnique',
]);

function findTarget(declaredType: unknown, rules: readonly RuleMetadata[]): CoercionTarget {
  const isList =
    declaredType === Array || declaredType === Set || rules.some(({ each, name = '' }) => each || LIST_RULES.has(name));
  const byType = isList ? undefined : readItemType(declaredType);
  return { isList, itemType: byType ?? findItemByRules(rules.filter(({ each }) => each === isList)) };
}

function readItemType(type: unknown): CoercedType | undefined {
  if (type === Number) return 'number';
  return type === Boolean ? 'boolean' : undefined;
}

const TYPE_BY_RULE: Readonly<Record<string, CoercedType>> = {
  isInt: 'number',
  isNumber: 'number',
  min: 'number',
  max: 'number',
  isPositive: 'number',
  isNegative: 'number',
  isDivisibleBy: 'number',
  isBoolean: 'boolean',
};

function findItemByRules(rules: readonly RuleMetadata[]): CoercedType | undefined {
  for (const { name = '', constraints } of rules) {
    const item = TYPE_BY_RULE[name] ?? findItemByValues(readValues(name, constraints));
    if (item !== undefined) return item;
  }
  return undefined;
}

function readValues(rule: string, constraints: readonly unknown[] | undefined): readonly unknown[] {
  const [first, second] = constraints ?? [];
  const values = { isIn: first, isEnum: second, equals: [first] }[rule];
  return Array.isArray(values) ? values : [];
}

function findItemByValues(values: readonly unknown[]): CoercedType | undefined {
  const types = new Set(values.map((value) => typeof value));
  if (types.has('number')) return types.has('boolean') ? 'scalar' : 'number';
  return types.has('boolean') ? 'boolean' : undefined;
}

import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';
import type { RuleMetadata } from '../validation/rule-metadata';
import { toKeywords } from './rule-keywords';
import { findRequiredMembers } from './required-members';
import { createOutputName, type Direction, type JsonSchema, type SchemaOptions } from './json-schema';

type DeclaredClass = new () => object;

/**
 * What the decorators of a class ask for, under the name of the class. Members that it does not declare are refused on the way in
 * and left out on the way out.
 */
export function createClassSchema(
  declared: DeclaredClass,
  { name: fallback, registry, ...options }: SchemaOptions,
): JsonSchema {
  // One schema for both ways, but for dates: more is accepted as one than is ever written.
  const direction = hasDates(declared) ? options.direction : 'input';
  const name = declared.name || fallback;
  return registry.define({ name, fallbackName: createOutputName(name, direction), source: declared, direction }, () => {
    const members = groupRulesByMember(declared);
    const refused = findRequiredMembers(declared);
    const required = [...members].filter(([member, rules]) => refused.has(member) && !rules.some(isSkippable));
    const about = { name: fallback, registry, direction };
    return {
      type: 'object',
      properties: Object.fromEntries(
        [...members].map(([member, rules]) => [member, createMemberSchema(declared, member, { ...about, rules })]),
      ),
      ...(required.length > 0 && { required: required.map(([member]) => member) }),
      additionalProperties: false,
    };
  });
}

function groupRulesByMember(declared: DeclaredClass): ReadonlyMap<string, readonly RuleMetadata[]> {
  const members = new Map<string, RuleMetadata[]>();
  for (const rule of getMetadataStorage().getTargetValidationMetadatas(declared, '', false, false)) {
    members.set(rule.propertyName, [...(members.get(rule.propertyName) ?? []), rule]);
  }
  return members;
}

/** `@IsOptional` and `@ValidateIf`: the other rules hold only at times. */
function isConditional({ type }: RuleMetadata): boolean {
  return type === 'conditionalValidation';
}

function isSkippable(rule: RuleMetadata): boolean {
  return isConditional(rule) || rule.validateIf !== undefined;
}

/** Whether a date is among the members of a class, or of those that it nests. */
function hasDates(declared: DeclaredClass, seen = new Set<DeclaredClass>()): boolean {
  if (seen.has(declared)) return false;
  seen.add(declared);
  return [...groupRulesByMember(declared)].some(([member, rules]) => {
    if (rules.some(isDate)) return true;
    const nested = rules.some(isNested)
      ? findNestedClass(declared, member, isList(declared, member, rules))
      : undefined;
    return nested !== undefined && hasDates(nested, seen);
  });
}

function isDate({ name }: RuleMetadata): boolean {
  return name === 'isDate';
}

function isNested({ type }: RuleMetadata): boolean {
  return type === 'nestedValidation';
}

/** Whether the rules of a member expect a list: their own word for it, or the declared type where objects are nested. */
function isList(declared: DeclaredClass, member: string, rules: readonly RuleMetadata[]): boolean {
  if (rules.some(({ each, name = '' }) => each || name === 'isArray' || name.startsWith('array'))) return true;
  return rules.some(isNested) && Reflect.getMetadata('design:type', declared.prototype, member) === Array;
}

interface MemberOptions extends SchemaOptions {
  readonly rules: readonly RuleMetadata[];
}

function createMemberSchema(declared: DeclaredClass, member: string, options: MemberOptions): JsonSchema {
  const { rules } = options;
  // Under a condition of one's own anything may be let through.
  if (rules.some((rule) => isConditional(rule) && rule.name !== 'isOptional')) return {};
  const schema = createRulesSchema(declared, member, options);
  return rules.some(isConditional) ? makeNullable(schema) : schema;
}

function createRulesSchema(declared: DeclaredClass, member: string, { rules, ...options }: MemberOptions): JsonSchema {
  const takesList = isList(declared, member, rules);
  const whole = selectKeywords(options.direction, rules, false);
  const nested = rules.some(isNested) ? createNestedSchema(findNestedClass(declared, member, takesList), options) : {};
  if (!takesList) return nested.$ref === undefined ? { ...nested, ...whole } : nested;
  const items = { ...selectKeywords(options.direction, rules, true), ...nested };
  // Of objects class-validator compares which one it is, JSON Schema what is in it.
  const areUnique = rules.some(({ name }) => name === 'arrayUnique') && SCALARS.has(String(items.type));
  return { type: 'array', ...whole, ...(areUnique && { uniqueItems: true }), items };
}

const SCALARS: ReadonlySet<string> = new Set(['string', 'number', 'integer', 'boolean']);

/** Keywords of the rules for the whole value, or of those for each item. */
function selectKeywords(direction: Direction, rules: readonly RuleMetadata[], each: boolean): JsonSchema {
  const ruling = rules.filter((rule) => rule.each === each && rule.validateIf === undefined);
  const keywords = toKeywords(ruling);
  return direction === 'output' && ruling.some(isDate) ? { ...keywords, ...OUTPUT_DATE } : keywords;
}

const OUTPUT_DATE: JsonSchema = { type: 'string', format: 'date-time' };

function createNestedSchema(nested: DeclaredClass | undefined, options: SchemaOptions): JsonSchema {
  return nested ? createClassSchema(nested, options) : { type: 'object' };
}

/** The class of a nested member is what class-transformer makes of it: it alone knows `@Type`. */
function findNestedClass(declared: DeclaredClass, member: string, takesList: boolean): DeclaredClass | undefined {
  try {
    const instance = plainToInstance(declared, { [member]: takesList ? [{}] : {} });
    const value: unknown = Reflect.get(instance, member);
    const made: unknown = Array.isArray(value) ? value[0] : value;
    const constructor: unknown = typeof made === 'object' && made !== null ? made.constructor : undefined;
    return isClass(constructor) ? constructor : undefined;
  } catch {
    // A transformation of one's own that does not expect an empty object: nothing is known of the member.
    return undefined;
  }
}

function isClass(value: unknown): value is DeclaredClass {
  return typeof value === 'function' && value !== Object;
}

/** `@IsOptional` lets `null` through as well as nothing. */
function makeNullable(schema: JsonSchema): JsonSchema {
  if (Object.keys(schema).length === 0) return schema;
  const isPlain = typeof schema.type === 'string' && schema.enum === undefined && !('const' in schema);
  return isPlain ? { ...schema, type: [schema.type, 'null'] } : { anyOf: [schema, { type: 'null' }] };
}

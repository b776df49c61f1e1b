import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';
import type { RuleMetadata } from '../validation/rule-metadata';
import { toKeywords } from './rule-keywords';
import { findRequiredMembers } from './required-members';
import { createOutputName, type Direction, type JsonSchema, type SchemaOptions } from './json-schema';

type DeclaredClass = new () => object;

/**
 * Creates the schema of a class from its decorators, under the name of the class. Undeclared members are rejected in input and
 * omitted from output.
 */
export function createClassSchema(
  declared: DeclaredClass,
  { name: fallback, registry, ...options }: SchemaOptions,
): JsonSchema {
  // Both directions share one schema unless the class has dates: input accepts more forms of a date than output has.
  const direction = hasDates(declared) ? options.direction : 'input';
  const name = declared.name || fallback;
  return registry.define({ name, fallbackName: createOutputName(name, direction), source: declared, direction }, () => {
    const members = groupRulesByMember(declared);
    const requiredByRules = findRequiredMembers(declared);
    const required = [...members].filter(([member, rules]) => requiredByRules.has(member) && !rules.some(isSkippable));
    const memberOptions = { name: fallback, registry, direction };
    return {
      type: 'object',
      properties: Object.fromEntries(
        [...members].map(([member, rules]) => [
          member,
          createMemberSchema(declared, member, { ...memberOptions, rules }),
        ]),
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

/** `@IsOptional` and `@ValidateIf`: the other rules apply conditionally. */
function isConditional({ type }: RuleMetadata): boolean {
  return type === 'conditionalValidation';
}

function isSkippable(rule: RuleMetadata): boolean {
  return isConditional(rule) || rule.validateIf !== undefined;
}

/** Whether a class, or a class that it nests, has a date. */
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

/** Whether a member is a list: by its rules, or by the declared type of a nested member. */
function isList(declared: DeclaredClass, member: string, rules: readonly RuleMetadata[]): boolean {
  if (rules.some(({ each, name = '' }) => each || name === 'isArray' || name.startsWith('array'))) return true;
  return rules.some(isNested) && Reflect.getMetadata('design:type', declared.prototype, member) === Array;
}

interface MemberOptions extends SchemaOptions {
  readonly rules: readonly RuleMetadata[];
}

function createMemberSchema(declared: DeclaredClass, member: string, options: MemberOptions): JsonSchema {
  const { rules } = options;
  // Under a custom condition, any value may be accepted.
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
  // class-validator compares objects by identity, JSON Schema by content.
  const areUnique = rules.some(({ name }) => name === 'arrayUnique') && SCALARS.has(String(items.type));
  return { type: 'array', ...whole, ...(areUnique && { uniqueItems: true }), items };
}

const SCALARS: ReadonlySet<string> = new Set(['string', 'number', 'integer', 'boolean']);

/** Keywords of the rules for the whole value, or of those for each item. */
function selectKeywords(direction: Direction, rules: readonly RuleMetadata[], each: boolean): JsonSchema {
  const applicable = rules.filter((rule) => rule.each === each && rule.validateIf === undefined);
  const keywords = toKeywords(applicable);
  return direction === 'output' && applicable.some(isDate) ? { ...keywords, ...OUTPUT_DATE } : keywords;
}

const OUTPUT_DATE: JsonSchema = { type: 'string', format: 'date-time' };

function createNestedSchema(nested: DeclaredClass | undefined, options: SchemaOptions): JsonSchema {
  return nested ? createClassSchema(nested, options) : { type: 'object' };
}

/** Finds the class of a nested member by converting an empty object with class-transformer, which applies `@Type`. */
function findNestedClass(declared: DeclaredClass, member: string, takesList: boolean): DeclaredClass | undefined {
  try {
    const instance = plainToInstance(declared, { [member]: takesList ? [{}] : {} });
    const value: unknown = Reflect.get(instance, member);
    const nested: unknown = Array.isArray(value) ? value[0] : value;
    const constructor: unknown = typeof nested === 'object' && nested !== null ? nested.constructor : undefined;
    return isClass(constructor) ? constructor : undefined;
  } catch {
    // A custom transformation threw for the empty object: the class is unknown.
    return undefined;
  }
}

function isClass(value: unknown): value is DeclaredClass {
  return typeof value === 'function' && value !== Object;
}

/** `@IsOptional` accepts `null` as well as an absent member. */
function makeNullable(schema: JsonSchema): JsonSchema {
  if (Object.keys(schema).length === 0) return schema;
  const isPlain = typeof schema.type === 'string' && schema.enum === undefined && !('const' in schema);
  return isPlain ? { ...schema, type: [schema.type, 'null'] } : { anyOf: [schema, { type: 'null' }] };
}

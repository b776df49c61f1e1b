import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';
import { keywordsOf, type Rule } from './class-rules';
import type { JsonSchema } from './json-schema';
import type { SchemaOptions } from './schema-of';

type DeclaredClass = new () => object;

/** Rules that a member fulfils which is not there. */
const TAKE_NOTHING: ReadonlySet<string> = new Set(['isEmpty', 'notEquals', 'isNotIn']);

/**
 * What the decorators of a class ask for, under the name of the class. Members that it does not declare are refused on the way in
 * and left out on the way out.
 */
export function schemaOfClass(declared: DeclaredClass, { name, names }: SchemaOptions): JsonSchema {
  // One schema for both ways: a class has the same members on each.
  return names.define({ name: declared.name || name, of: declared, direction: 'input' }, () => {
    const members = membersOf(declared);
    const required = [...members].filter(([, rules]) => isRequired(rules)).map(([member]) => member);
    return {
      type: 'object',
      properties: Object.fromEntries(
        [...members].map(([member, rules]) => [member, schemaOfMember(declared, member, { rules, name, names })]),
      ),
      ...(required.length > 0 && { required }),
      additionalProperties: false,
    };
  });
}

function membersOf(declared: DeclaredClass): ReadonlyMap<string, readonly Rule[]> {
  const members = new Map<string, Rule[]>();
  for (const rule of getMetadataStorage().getTargetValidationMetadatas(declared, '', false, false)) {
    members.set(rule.propertyName, [...(members.get(rule.propertyName) ?? []), rule]);
  }
  return members;
}

function isRequired(rules: readonly Rule[]): boolean {
  if (rules.some(isConditional)) return false;
  return rules.some(({ type, name = '' }) => type !== 'whitelistValidation' && !TAKE_NOTHING.has(name));
}

/** `@IsOptional` and `@ValidateIf`: the other rules hold only at times. */
function isConditional({ type }: Rule): boolean {
  return type === 'conditionalValidation';
}

interface MemberOptions extends Pick<SchemaOptions, 'name' | 'names'> {
  readonly rules: readonly Rule[];
}

function schemaOfMember(declared: DeclaredClass, member: string, options: MemberOptions): JsonSchema {
  const { rules } = options;
  // Under a condition of one's own anything may be let through.
  if (rules.some((rule) => isConditional(rule) && rule.name !== 'isOptional')) return {};
  const schema = ruledSchema(declared, member, options);
  return rules.some(isConditional) ? orNull(schema) : schema;
}

function ruledSchema(declared: DeclaredClass, member: string, { rules, name, names }: MemberOptions): JsonSchema {
  const declaredType: unknown = Reflect.getMetadata('design:type', declared.prototype, member);
  const isList = declaredType === Array || rules.some(({ each, name: rule }) => each || rule === 'isArray');
  const whole = keywordsOf(rules.filter(({ each }) => !each));
  const nested = rules.some(({ type }) => type === 'nestedValidation')
    ? schemaOfNested(nestedClass(declared, member, isList), { name, names })
    : {};
  if (!isList) return nested.$ref === undefined ? { ...nested, ...typed(whole, declaredType) } : nested;
  return { type: 'array', ...whole, items: { ...keywordsOf(rules.filter(({ each }) => each)), ...nested } };
}

function typed(keywords: JsonSchema, declaredType: unknown): JsonSchema {
  if (keywords.type !== undefined || keywords.enum !== undefined) return keywords;
  if (declaredType === Boolean) return { type: 'boolean', ...keywords };
  return keywords;
}

function schemaOfNested(nested: DeclaredClass | undefined, options: Pick<SchemaOptions, 'name' | 'names'>): JsonSchema {
  return nested ? schemaOfClass(nested, { ...options, direction: 'input' }) : { type: 'object' };
}

/** The class of a nested member is what class-transformer makes of it: it alone knows `@Type`. */
function nestedClass(declared: DeclaredClass, member: string, isList: boolean): DeclaredClass | undefined {
  try {
    const instance = plainToInstance(declared, { [member]: isList ? [{}] : {} });
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
function orNull(schema: JsonSchema): JsonSchema {
  if (Object.keys(schema).length === 0) return schema;
  const isPlain = typeof schema.type === 'string' && schema.enum === undefined && !('const' in schema);
  return isPlain ? { ...schema, type: [schema.type, 'null'] } : { anyOf: [schema, { type: 'null' }] };
}

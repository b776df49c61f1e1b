import type { ShapeDeclaration } from '../declaration/declaration';
import { createJsonSchema } from '../json-schema/create-json-schema';
import type { JsonSchema, NamedSchema, SchemaRegistry } from '../json-schema/json-schema';
import { coerceMember } from './coercion';

/** Converts the texts below the members of a value to the types that a declaration requires. */
export type ConvertNestedTexts = (value: unknown, coercible: readonly string[]) => unknown;

/**
 * Creates the conversion of texts that are nested in members that arrived as text: elements of XML, and objects of the query. It goes by
 * the JSON Schema of the declaration, which is created for the first such member, and leaves a text as it is where the schema accepts
 * texts or is ambiguous. Members that are text themselves are left to the validator.
 */
export function createNestedTextConverter(declared: ShapeDeclaration): ConvertNestedTexts {
  let converter: SchemaConverter | undefined;
  return (value, coercible) => {
    if (!isPlainObject(value)) return value;
    const nested = coercible.filter((key) => hasNestedTexts(value[key]));
    if (nested.length === 0) return value;
    converter ??= new SchemaConverter(declared);
    const properties = converter.listProperties(converter.root);
    const converted = { ...value };
    for (const key of nested) converted[key] = converter.convert(value[key], properties[key]);
    return converted;
  };
}

/** The usual members of a query are texts and lists of texts. */
function hasNestedTexts(member: unknown): boolean {
  if (typeof member !== 'object' || member === null) return false;
  return Array.isArray(member) ? member.some(isPlainObject) : isPlainObject(member);
}

/** Instances of classes, such as files, are not of texts. */
function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The types of a schema that only texts of some form can become. */
const NUMBER = { itemType: 'number', isList: false } as const;
const BOOLEAN = { itemType: 'boolean', isList: false } as const;
const REFERENCE = '#/';

class SchemaConverter implements SchemaRegistry {
  readonly root: JsonSchema;
  readonly #schemas = new Map<string, JsonSchema>();
  readonly #references = new Map<object | string, JsonSchema>();

  constructor(declared: ShapeDeclaration) {
    this.root = createJsonSchema(declared, { direction: 'input', name: 'Input', registry: this });
  }

  define({ source }: NamedSchema, create: (ref: string) => JsonSchema): JsonSchema {
    const known = this.#references.get(source);
    if (known) return known;
    const $ref = `${REFERENCE}${this.#references.size}`;
    this.#references.set(source, { $ref });
    this.#schemas.set($ref, create($ref));
    return { $ref };
  }

  listProperties(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
    return this.#resolve(schema).properties ?? {};
  }

  convert(value: unknown, described: JsonSchema | undefined): unknown {
    const schema = described && this.#resolve(described);
    if (!schema) return value;
    if (schema.type === 'array') return this.#convertItems(value, schema);
    if (typeof value === 'string') return convertText(value, schema);
    return isPlainObject(value) ? this.#convertMembers(value, schema) : value;
  }

  /** A single element is a list of one. An empty text may be an empty list, which XML cannot express. */
  #convertItems(value: unknown, { items }: JsonSchema): unknown {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.map((item) => this.convert(item, items));
  }

  #convertMembers(value: Readonly<Record<string, unknown>>, { properties, additionalProperties }: JsonSchema): unknown {
    const others = isPlainObject(additionalProperties) ? additionalProperties : undefined;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, this.convert(member, properties?.[key] ?? others)]),
    );
  }

  /** Follows references, and leaves out alternatives that are `null`. */
  #resolve(schema: JsonSchema): JsonSchema {
    if (schema.$ref !== undefined) return this.#resolve(this.#schemas.get(schema.$ref) ?? {});
    const alternatives = (schema.anyOf ?? schema.oneOf)?.filter(({ type }) => type !== 'null');
    const [only, ...others] = alternatives ?? [];
    if (only && others.length === 0) return this.#resolve(only);
    if (!Array.isArray(schema.type)) return schema;
    const types = schema.type.filter((type) => type !== 'null');
    return types.length === 1 ? { ...schema, type: types[0] } : schema;
  }
}

function convertText(text: string, { type }: JsonSchema): unknown {
  if (type === 'integer' || type === 'number') return coerceMember(text, NUMBER);
  return type === 'boolean' ? coerceMember(text, BOOLEAN) : text;
}

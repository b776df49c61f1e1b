import type { JsonSchema } from './json-schema';

const MAP_KEYWORDS: ReadonlySet<string> = new Set(['properties', 'patternProperties', 'dependentSchemas']);
const LIST_KEYWORDS: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const SCHEMA_KEYWORDS: ReadonlySet<string> = new Set(
  'items additionalItems additionalProperties contains not if then else propertyNames unevaluatedItems unevaluatedProperties'.split(
    ' ',
  ),
);

/** Converts one subschema. `member` is the name of the property it describes; items and alternatives have that of their parent. */
export type ConvertSchema = (schema: JsonSchema, member: string | undefined) => JsonSchema;

/**
 * Converts every direct subschema of a schema (JSON Schema 2020-12, core §10 and §11). Values that merely look like schemas, in
 * `const`, `enum`, `default` and `examples`, are kept.
 *
 * @param member - name of the property that the schema describes
 */
export function mapSubschemas(schema: JsonSchema, member: string | undefined, convert: ConvertSchema): JsonSchema {
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, mapKeyword(keyword, value, { member, convert })]),
  );
}

interface SubschemaConversion {
  readonly member: string | undefined;
  readonly convert: ConvertSchema;
}

function mapKeyword(keyword: string, value: unknown, { member, convert }: SubschemaConversion): unknown {
  if (SCHEMA_KEYWORDS.has(keyword)) return isJsonSchema(value) ? convert(value, member) : value;
  if (LIST_KEYWORDS.has(keyword) && Array.isArray(value)) {
    return value.map((each: unknown) => (isJsonSchema(each) ? convert(each, member) : each));
  }
  if (!MAP_KEYWORDS.has(keyword) || !isJsonSchema(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, isJsonSchema(each) ? convert(each, name) : each]),
  );
}

function isJsonSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

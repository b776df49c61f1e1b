import type { JsonSchema } from './json-schema';

const MAPS: ReadonlySet<string> = new Set(['properties', 'patternProperties', 'dependentSchemas']);
const LISTS: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const SINGLE: ReadonlySet<string> = new Set(
  'items additionalItems additionalProperties contains not if then else propertyNames unevaluatedItems unevaluatedProperties'.split(
    ' ',
  ),
);

/** Converts one subschema; `member` is the name of the property it describes, that of its parent for items and alternatives. */
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

interface Conversion {
  readonly member: string | undefined;
  readonly convert: ConvertSchema;
}

function mapKeyword(keyword: string, value: unknown, { member, convert }: Conversion): unknown {
  if (SINGLE.has(keyword)) return isSchema(value) ? convert(value, member) : value;
  if (LISTS.has(keyword) && Array.isArray(value)) {
    return value.map((each: unknown) => (isSchema(each) ? convert(each, member) : each));
  }
  if (!MAPS.has(keyword) || !isSchema(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, isSchema(each) ? convert(each, name) : each]),
  );
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { isSchemaObject, type JsonSchema } from './json-schema';

/** Shorter schemas stay where they are: a reference would not make the document easier to read. */
const MIN_SHARED_LENGTH = 150;

/** Keywords whose value is a mapping from names to schemas. */
const SCHEMAS_BY_NAME = new Set(['properties', 'patternProperties', '$defs']);
/** Keywords whose value is a schema, or a list of schemas. */
const SCHEMAS = new Set(['items', 'prefixItems', 'additionalProperties', 'propertyNames', 'anyOf', 'oneOf', 'allOf']);

type Replace = (schema: JsonSchema, name: string) => JsonSchema;

/**
 * Moves every schema that occurs several times to `$defs`, under the name of the key that it first occurs for, and replaces it by a
 * reference. The document describes the same values.
 */
export function shareDefinitions(root: JsonSchema): JsonSchema {
  const repeated = findRepeated(root);
  const definitions = new Map<string, JsonSchema>();
  const references = new Map<string, string>();

  const replace: Replace = (schema, name) => {
    const text = JSON.stringify(schema);
    if (!repeated.has(text)) return mapChildren(schema, name, replace);
    const known = references.get(text);
    if (known !== undefined) return { $ref: known };
    const key = findFreeName(toDefinitionName(name), { ...root.$defs, ...Object.fromEntries(definitions) });
    const reference = `#/$defs/${key}`;
    references.set(text, reference);
    // Reserves the name before the schemas inside are named.
    definitions.set(key, schema);
    definitions.set(key, mapChildren(schema, name, replace));
    return { $ref: reference };
  };
  const shared = mapChildren(root, 'root', replace);
  return { ...shared, $defs: { ...shared.$defs, ...Object.fromEntries(definitions) } };
}

/** Finds the schemas to share, as text. One that occurs only within a repeated schema occurs once. */
function findRepeated(root: JsonSchema): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  const count: Replace = (schema, name) => {
    const text = JSON.stringify(schema);
    if (seen.has(text) && text.length >= MIN_SHARED_LENGTH) repeated.add(text);
    else mapChildren(schema, name, count);
    seen.add(text);
    return schema;
  };
  mapChildren(root, 'root', count);
  return repeated;
}

/** Replaces the schemas directly within a schema. Each is named by its key, or as the schema around it. */
function mapChildren(schema: JsonSchema, name: string, replace: Replace): JsonSchema {
  const mapOne = (value: unknown, key: string): unknown => (isSchemaObject(value) ? replace(value, key) : value);
  const entries = Object.entries(schema).map(([keyword, value]): [string, unknown] => {
    if (SCHEMAS_BY_NAME.has(keyword) && isSchemaObject(value)) {
      return [keyword, Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapOne(each, key)]))];
    }
    if (!SCHEMAS.has(keyword)) return [keyword, value];
    return [keyword, Array.isArray(value) ? value.map((each) => mapOne(each, name)) : mapOne(value, name)];
  });
  return Object.fromEntries(entries);
}

/** A name that a reference can have without escapes. */
function toDefinitionName(key: string): string {
  return key.replaceAll(/[^\w.-]/g, '_');
}

function findFreeName(name: string, taken: object): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}${number}`;
    if (!Object.hasOwn(taken, candidate)) return candidate;
  }
}

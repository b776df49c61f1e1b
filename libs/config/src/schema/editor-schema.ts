import { type JsonSchema, isSchemaObject, createJsonSchema } from './json-schema';
import type { ConfigSection } from './config-section';
import { shareDefinitions } from './share-definitions';

const REFERENCE_SCHEMA: JsonSchema = {
  type: 'string',
  pattern: '\\$\\{',
  description: '${NAME}, ${NAME:-default} or ${file:/path}',
};

/** Keywords that describe a value without restricting it. */
const ANNOTATIONS = new Set(['title', 'description', 'default', 'examples', 'deprecated', 'writeOnly']);

/**
 * Creates the JSON Schema (draft 2020-12) of a configuration file for editors: `# yaml-language-server: $schema=…` in the first line.
 * Every section is optional, and `${NAME}` is allowed for every scalar. What several keys share is in `$defs`.
 */
export function createEditorSchema(sections: readonly ConfigSection<unknown>[]): JsonSchema {
  const shape = allowReferences(createJsonSchema(sections));
  const $defs = { ...shape.$defs, reference: REFERENCE_SCHEMA };
  return shareDefinitions({ ...shape, title: 'Trunkline configuration', $defs });
}

function allowReferences(shape: JsonSchema): JsonSchema {
  const inside = allowReferencesInChildren(shape);
  return isRestrictedScalar(shape) ? addReferenceAlternative(inside) : inside;
}

function allowReferencesInChildren({ oneOf, ...shape }: JsonSchema): JsonSchema {
  const anyOf = [...(shape.anyOf ?? []), ...(oneOf ?? [])]; // with references, several of oneOf may match
  return {
    ...shape,
    ...(shape.properties && { properties: allowReferencesInValues(shape.properties) }),
    ...(shape.$defs && { $defs: allowReferencesInValues(shape.$defs) }),
    ...(isSchemaObject(shape.additionalProperties) && {
      additionalProperties: allowReferences(shape.additionalProperties),
    }),
    ...(isSchemaObject(shape.items) && { items: allowReferences(shape.items) }),
    ...(anyOf.length > 0 && { anyOf: anyOf.map(allowReferences) }),
    ...(shape.allOf && { allOf: shape.allOf.map(allowReferences) }),
  };
}

function allowReferencesInValues<T extends JsonSchema | boolean>(
  shapes: Readonly<Record<string, T>>,
): Record<string, T | JsonSchema> {
  return Object.fromEntries(
    Object.entries(shapes).map(([key, shape]) => [key, isSchemaObject(shape) ? allowReferences(shape) : shape]),
  );
}

/** Checks for a scalar that is not any text. Mappings, lists and unions are handled by their members. */
function isRestrictedScalar({ type, pattern, format, enum: choices, const: only }: JsonSchema): boolean {
  if (type === 'string') return [pattern, format, choices, only].some((restriction) => restriction !== undefined);
  return type === 'number' || type === 'integer' || type === 'boolean';
}

function addReferenceAlternative(shape: JsonSchema): JsonSchema {
  const keywords = Object.entries(shape);
  const annotations = keywords.filter(([keyword]) => ANNOTATIONS.has(keyword));
  const restrictions = keywords.filter(([keyword]) => !ANNOTATIONS.has(keyword));
  return {
    ...Object.fromEntries(annotations),
    anyOf: [Object.fromEntries(restrictions), { $ref: '#/$defs/reference' }],
  };
}

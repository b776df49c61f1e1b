import { z } from 'zod';
import { type ConfigSection, createRootSchema } from './config-section';

/** The JSON Schema of the values that are allowed at one path. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * Creates the JSON Schema of the given sections, all of them optional.
 *
 * @throws {TypeError} when two sections have the same key
 */
export function createJsonSchema(sections: readonly ConfigSection<unknown>[]): JsonSchema {
  return z.toJSONSchema(createRootSchema(sections), { io: 'input', unrepresentable: 'any' });
}

/** Expands a shape to itself, the shape it refers to, and the members of its unions. */
export function expandAlternatives(shape: JsonSchema, root: JsonSchema): JsonSchema[] {
  const members = [...(shape.anyOf ?? []), ...(shape.oneOf ?? []), ...(shape.allOf ?? [])];
  const referred = shape.$ref === undefined ? [] : [resolveReference(shape.$ref, root)];
  return [shape, ...[...referred, ...members].flatMap((member) => expandAlternatives(member, root))];
}

/** Checks whether a shape is a mapping by name, as `z.record` creates it. */
export function isRecordSchema(shape: JsonSchema): shape is JsonSchema & { additionalProperties: JsonSchema } {
  return isSchemaObject(shape.additionalProperties);
}

/** Excludes the schemas `true` and `false`, which describe no values. */
export function isSchemaObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Resolves `#` (the root) and `#/$defs/name`, the two forms that zod writes. */
function resolveReference(reference: string, root: JsonSchema): JsonSchema {
  if (reference === '#') return root;
  return getOwn(root.$defs, reference.replace('#/$defs/', '')) ?? {};
}

function getOwn<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined;
}

import { z } from 'zod';
import type { ConfigPath } from '../problems/config-path';
import type { ConfigNode } from '../source/config-node';
import type { ConfigSection } from './config-section';

/** The JSON Schema of the values that are allowed at one path. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Created once for all configurations of a process, since creating it is expensive. */
const SCHEMA_CACHE = new WeakMap<readonly ConfigSection<unknown>[], JsonSchema>();

/**
 * Creates the JSON Schema of the given sections, all of them optional.
 *
 * @throws {TypeError} when two sections have the same key
 */
export function createJsonSchema(sections: readonly ConfigSection<unknown>[]): JsonSchema {
  const keys = sections.map(({ key }) => key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw new TypeError(`two sections of the configuration have the key \`${twice}\``);
  const whole = z.strictObject(Object.fromEntries(sections.map(({ key, schema }) => [key, schema.optional()])));
  return z.toJSONSchema(whole, { io: 'input', unrepresentable: 'any' });
}

/** Answers questions about the allowed keys and values of a set of sections, from their JSON Schema. */
export class ConfigSchema {
  readonly #root: JsonSchema;

  constructor(sections: readonly ConfigSection<unknown>[]) {
    const known = SCHEMA_CACHE.get(sections) ?? createJsonSchema(sections);
    SCHEMA_CACHE.set(sections, known);
    this.#root = known;
  }

  /** Lists the keys that are allowed at a path by any alternative. */
  listKeys(path: ConfigPath): string[] {
    return this.#findSchemas(path).flatMap((shape) => Object.keys(shape.properties ?? {}));
  }

  /** Checks whether the mapping at a path is a section, or a mapping by name. */
  isMergeable(path: ConfigPath): boolean {
    const shapes = this.#findSchemas(path);
    return path.length === 1 ? shapes.length > 0 : shapes.some(isRecordSchema);
  }

  /** Finds the nodes of a tree whose value is a secret by any alternative of the schema. */
  findSecretNodes(root: ConfigNode): Set<ConfigNode> {
    const secrets = new Set<ConfigNode>();
    this.#collectSecrets(root, [this.#root], secrets);
    return secrets;
  }

  #findSchemas(path: ConfigPath): JsonSchema[] {
    return path.reduce<JsonSchema[]>(
      (shapes, step) => shapes.flatMap((shape) => this.#findChildren(shape, step)),
      expandAlternatives(this.#root, this.#root),
    );
  }

  #findChildren(shape: JsonSchema, step: string | number): JsonSchema[] {
    return findChildSchemas(shape, step).flatMap((child) => expandAlternatives(child, this.#root));
  }

  #collectSecrets(node: ConfigNode, shapes: readonly JsonSchema[], found: Set<ConfigNode>): void {
    if (shapes.length === 0) return;
    if (isSecret(node, shapes)) found.add(node);
    if (node.kind === 'list') {
      node.items.forEach((item, index) => this.#collectSecrets(item, this.#findAllChildren(shapes, index), found));
    }
    if (node.kind !== 'mapping') return;
    for (const [key, entry] of node.entries)
      this.#collectSecrets(entry.node, this.#findAllChildren(shapes, key), found);
  }

  #findAllChildren(shapes: readonly JsonSchema[], step: string | number): JsonSchema[] {
    return shapes.flatMap((shape) => this.#findChildren(shape, step));
  }
}

/** A value that equals the published default of its key is not a secret, so that logs do not mask it. */
function isSecret(node: ConfigNode, shapes: readonly JsonSchema[]): boolean {
  const isPublic = node.kind === 'scalar' && shapes.some((shape) => shape.default === node.value);
  return !isPublic && shapes.some((shape) => shape.writeOnly === true);
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

function findChildSchemas(shape: JsonSchema, step: string | number): JsonSchema[] {
  if (typeof step === 'string')
    return [getOwn(shape.properties, step) ?? shape.additionalProperties].filter(isSchemaObject);
  return [shape.prefixItems?.[step] ?? shape.items].flat().filter(isSchemaObject);
}

/** Resolves `#` (the root) and `#/$defs/name`, the two forms that zod writes. */
function resolveReference(reference: string, root: JsonSchema): JsonSchema {
  if (reference === '#') return root;
  return getOwn(root.$defs, reference.replace('#/$defs/', '')) ?? {};
}

function getOwn<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined;
}

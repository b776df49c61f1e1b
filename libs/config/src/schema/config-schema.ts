import { z } from 'zod';
import type { ConfigPath } from '../problems/config-path';
import type { ConfigNode } from '../source/config-node';
import { type ConfigSection, createRootSchema } from './config-section';

type Schema = z.core.$ZodType;

/**
 * Answers questions about the allowed keys and values of a set of sections.
 *
 * It reads the definitions of the schemas. Every start asks, and a JSON Schema of all sections takes longer to create than most
 * configurations to read.
 */
export class ConfigSchema {
  readonly #root: Schema;
  readonly #alternatives = new Map<Schema, readonly Schema[]>();

  /** @throws {TypeError} when two sections have the same key */
  constructor(sections: readonly ConfigSection<unknown>[]) {
    this.#root = createRootSchema(sections);
  }

  /** Lists the keys that are allowed at a path by any alternative. */
  listKeys(path: ConfigPath): string[] {
    return this.#findSchemas(path).flatMap(listOwnKeys);
  }

  /** Checks whether the mapping at a path is a section, or a mapping by name. */
  isMergeable(path: ConfigPath): boolean {
    const shapes = this.#findSchemas(path);
    return path.length === 1 ? shapes.length > 0 : shapes.some((shape) => shape instanceof z.ZodRecord);
  }

  /** Finds the nodes of a tree whose value is a secret by any alternative of the schema. */
  findSecretNodes(root: ConfigNode): Set<ConfigNode> {
    const secrets = new Set<ConfigNode>();
    this.#collectSecrets(root, this.#expand(this.#root), secrets);
    return secrets;
  }

  #findSchemas(path: ConfigPath): readonly Schema[] {
    return path.reduce<readonly Schema[]>((shapes, step) => this.#findChildren(shapes, step), this.#expand(this.#root));
  }

  #findChildren(shapes: readonly Schema[], step: string | number): readonly Schema[] {
    return shapes.flatMap((shape) => {
      const child = findChild(shape, step);
      return child ? this.#expand(child) : [];
    });
  }

  #collectSecrets(node: ConfigNode, shapes: readonly Schema[], found: Set<ConfigNode>): void {
    if (shapes.length === 0) return;
    if (isSecret(node, shapes)) found.add(node);
    if (node.kind === 'list') {
      node.items.forEach((item, index) => this.#collectSecrets(item, this.#findChildren(shapes, index), found));
    }
    if (node.kind !== 'mapping') return;
    for (const [key, entry] of node.entries) this.#collectSecrets(entry.node, this.#findChildren(shapes, key), found);
  }

  /** Expands a schema to itself, the schemas it wraps, and the members of its unions. */
  #expand(schema: Schema): readonly Schema[] {
    const known = this.#alternatives.get(schema);
    if (known) return known;
    const expanded = [schema, ...listMembers(schema).flatMap((member) => this.#expand(member))];
    this.#alternatives.set(schema, expanded);
    return expanded;
  }
}

/** A value that equals the published default of its key is not a secret, so that logs do not mask it. */
function isSecret(node: ConfigNode, shapes: readonly Schema[]): boolean {
  const isPublic = node.kind === 'scalar' && shapes.some((shape) => isDefault(node.value, shape));
  return !isPublic && shapes.some((shape) => z.globalRegistry.get(shape)?.['writeOnly'] === true);
}

function isDefault(value: unknown, shape: Schema): boolean {
  return (shape instanceof z.ZodDefault || shape instanceof z.ZodPrefault) && shape.def.defaultValue === value;
}

function listMembers(schema: Schema): readonly Schema[] {
  if (schema instanceof z.ZodUnion) return schema.def.options;
  if (schema instanceof z.ZodIntersection) return [schema.def.left, schema.def.right];
  if (schema instanceof z.ZodLazy) return [schema.def.getter()];
  if (schema instanceof z.ZodPipe) return [schema.def.in]; // the configuration has the input of a transformation
  return isWrapper(schema) ? [schema.def.innerType] : [];
}

const WRAPPERS = [
  z.ZodOptional,
  z.ZodDefault,
  z.ZodPrefault,
  z.ZodNullable,
  z.ZodCatch,
  z.ZodReadonly,
  z.ZodNonOptional,
] as const;

function isWrapper(schema: Schema): schema is InstanceType<(typeof WRAPPERS)[number]> {
  return WRAPPERS.some((wrapper) => schema instanceof wrapper);
}

function findChild(schema: Schema, step: string | number): Schema | undefined {
  if (typeof step === 'number') return findItem(schema, step);
  if (schema instanceof z.ZodRecord) return schema.def.valueType;
  return schema instanceof z.ZodObject ? findProperty(schema.def, step) : undefined;
}

function findItem(schema: Schema, index: number): Schema | undefined {
  if (schema instanceof z.ZodTuple) return schema.def.items[index] ?? schema.def.rest ?? undefined;
  return schema instanceof z.ZodArray ? schema.def.element : undefined;
}

function findProperty({ shape, catchall }: z.core.$ZodObjectDef, key: string): Schema | undefined {
  if (Object.hasOwn(shape, key)) return shape[key];
  return catchall instanceof z.ZodNever ? undefined : catchall; // a strict object has `never`
}

function listOwnKeys(schema: Schema): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.def.shape) : [];
}

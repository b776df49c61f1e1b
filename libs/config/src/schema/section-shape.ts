import { z } from 'zod';
import type { ConfigPath } from '../path';
import type { ConfigNode } from '../source/tree';
import type { ConfigSection } from './section';

/** The JSON Schema of what may be written at one place. */
export type Shape = z.core.JSONSchema.BaseSchema;

/** Made once for all the configurations of a process: 50 ms the first time, 15 ms each time after. */
const SHAPES = new WeakMap<readonly ConfigSection<unknown>[], Shape>();

/**
 * What may be written in the given sections, all of which may be left out.
 *
 * @throws {TypeError} when two of them have the same key
 */
export function shapeOf(sections: readonly ConfigSection<unknown>[]): Shape {
  const keys = sections.map(({ key }) => key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw new TypeError(`two sections of the configuration have the key \`${twice}\``);
  const whole = z.strictObject(Object.fromEntries(sections.map(({ key, schema }) => [key, schema.optional()])));
  return z.toJSONSchema(whole, { io: 'input', unrepresentable: 'any' });
}

/** Answers what a configuration of certain sections may hold, from the JSON Schema of them all. */
export class ConfigShape {
  readonly #root: Shape;

  constructor(sections: readonly ConfigSection<unknown>[]) {
    const known = SHAPES.get(sections) ?? shapeOf(sections);
    SHAPES.set(sections, known);
    this.#root = known;
  }

  /** The keys that have a meaning at a path, of all alternatives there. */
  keysAt(path: ConfigPath): string[] {
    return this.#at(path).flatMap((shape) => Object.keys(shape.properties ?? {}));
  }

  /** Whether the mapping at a path is a section, or one whose keys are names that people choose. */
  mayBeSpread(path: ConfigPath): boolean {
    const shapes = this.#at(path);
    return path.length === 1 ? shapes.length > 0 : shapes.some(isMappingOfNames);
  }

  /** The nodes of a tree whose value is a secret, by any of the alternatives that the schema has for them. */
  secretsIn(root: ConfigNode): Set<ConfigNode> {
    const secrets = new Set<ConfigNode>();
    this.#collectSecrets(root, [this.#root], secrets);
    return secrets;
  }

  #at(path: ConfigPath): Shape[] {
    return path.reduce<Shape[]>(
      (shapes, step) => shapes.flatMap((shape) => this.#below(shape, step)),
      alternatives(this.#root, this.#root),
    );
  }

  #below(shape: Shape, step: string | number): Shape[] {
    return below(shape, step).flatMap((child) => alternatives(child, this.#root));
  }

  #collectSecrets(node: ConfigNode, shapes: readonly Shape[], found: Set<ConfigNode>): void {
    if (shapes.length === 0) return;
    if (shapes.some((shape) => shape.writeOnly === true)) found.add(node);
    if (node.kind === 'list') {
      node.items.forEach((item, index) => this.#collectSecrets(item, this.#stepDown(shapes, index), found));
    }
    if (node.kind !== 'mapping') return;
    for (const [key, entry] of node.entries) this.#collectSecrets(entry.node, this.#stepDown(shapes, key), found);
  }

  #stepDown(shapes: readonly Shape[], step: string | number): Shape[] {
    return shapes.flatMap((shape) => this.#below(shape, step));
  }
}

/** A shape and those it stands for: what it refers to, and the members of its unions. */
export function alternatives(shape: Shape, root: Shape): Shape[] {
  const members = [...(shape.anyOf ?? []), ...(shape.oneOf ?? []), ...(shape.allOf ?? [])];
  const referred = shape.$ref === undefined ? [] : [definition(shape.$ref, root)];
  return [shape, ...[...referred, ...members].flatMap((member) => alternatives(member, root))];
}

/** Whether a shape is a mapping whose keys are names that people choose, as `z.record` makes it. */
export function isMappingOfNames(shape: Shape): shape is Shape & { additionalProperties: Shape } {
  return isShape(shape.additionalProperties);
}

/** JSON Schema knows `true` and `false` as schemas, too: those say nothing of what stands at a place. */
export function isShape(value: unknown): value is Shape {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function below(shape: Shape, step: string | number): Shape[] {
  if (typeof step === 'string') return [own(shape.properties, step) ?? shape.additionalProperties].filter(isShape);
  return [shape.prefixItems?.[step] ?? shape.items].flat().filter(isShape);
}

/** zod writes `#` for the whole and `#/$defs/name` for what recurs. */
function definition(reference: string, root: Shape): Shape {
  if (reference === '#') return root;
  return own(root.$defs, reference.replace('#/$defs/', '')) ?? {};
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined;
}

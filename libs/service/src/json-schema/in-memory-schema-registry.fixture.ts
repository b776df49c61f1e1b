import type { ShapeDeclaration } from '../declaration/declaration';
import type { Direction, JsonSchema, NamedSchema, SchemaRegistry } from './json-schema';
import { createJsonSchema } from './create-json-schema';

/** Schemas by name, as in a document. */
export class InMemorySchemaRegistry implements SchemaRegistry {
  readonly schemas: Record<string, JsonSchema> = {};
  readonly #known = new Map<unknown, JsonSchema>();

  define({ name, source }: NamedSchema, make: (ref: string) => JsonSchema): JsonSchema {
    const known = this.#known.get(source);
    if (known) return known;
    let free = name;
    while (free in this.schemas) free = `${free}2`;
    const $ref = `#/kept/${free}`;
    this.#known.set(source, { $ref });
    this.schemas[free] = {};
    this.schemas[free] = make($ref);
    return { $ref };
  }
}

/** The schema of a declaration, and the schemas registered for it. */
export function describeDeclaration(declared: ShapeDeclaration, direction: Direction = 'input') {
  const registry = new InMemorySchemaRegistry();
  return { schema: createJsonSchema(declared, { direction, name: 'Thing', registry }), schemas: registry.schemas };
}

import type { ShapeDeclaration } from '../declaration';
import type { Direction, JsonSchema, NamedSchema, SchemaNames } from './json-schema';
import { jsonSchemaOf } from './schema-of';

/** Schemas by name, as a document would keep them. */
export class KeptSchemas implements SchemaNames {
  readonly schemas: Record<string, JsonSchema> = {};
  readonly #known = new Map<unknown, JsonSchema>();

  define({ name, of }: NamedSchema, make: (ref: string) => JsonSchema): JsonSchema {
    const known = this.#known.get(of);
    if (known) return known;
    let free = name;
    while (free in this.schemas) free = `${free}2`;
    const $ref = `#/kept/${free}`;
    this.#known.set(of, { $ref });
    this.schemas[free] = {};
    this.schemas[free] = make($ref);
    return { $ref };
  }
}

/** What a declaration is described as, and what is kept for it. */
export function described(declared: ShapeDeclaration, direction: Direction = 'input') {
  const names = new KeptSchemas();
  return { schema: jsonSchemaOf(declared, { direction, name: 'Thing', names }), schemas: names.schemas };
}

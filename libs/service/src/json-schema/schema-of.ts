import { isSchema } from '../check/compile';
import type { ShapeDeclaration } from '../declaration';
import type * as ClassSchema from './class-schema';
import type { Direction, JsonSchema, SchemaNames } from './json-schema';
import { schemaOfNames } from './names-schema';
import { schemaOfStandard } from './standard-json-schema';

/** How a declaration is to be described. */
export interface SchemaOptions {
  readonly direction: Direction;
  /** Name of a schema that has none of its own. */
  readonly name: string;
  readonly names: SchemaNames;
}

/**
 * Describes what a declaration takes or gives as JSON Schema 2020-12. The schema lets through all that the declaration does; what
 * cannot be expressed (rules of one's own, groups, a Standard Schema that does not describe itself) is left out of it, so that it
 * may let through more.
 */
export function jsonSchemaOf(declared: ShapeDeclaration, options: SchemaOptions): JsonSchema {
  if (typeof declared === 'string') return schemaOfNames([declared]);
  if (isListOfNames(declared)) return schemaOfNames(declared);
  if (isSchema(declared)) return schemaOfStandard(declared, options);
  // class-validator is loaded by those that have classes of it.
  // oxlint-disable-next-line typescript/no-require-imports -- see above
  const { schemaOfClass }: typeof ClassSchema = require('./class-schema');
  return schemaOfClass(declared, options);
}

function isListOfNames(declared: ShapeDeclaration): declared is readonly string[] {
  return Array.isArray(declared);
}

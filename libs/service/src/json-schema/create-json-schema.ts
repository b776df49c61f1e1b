import { isStandardSchema } from '../validation/compile-validator';
import type { ShapeDeclaration } from '../declaration/declaration';
import type * as ClassSchema from './class-schema';
import type { JsonSchema, SchemaOptions } from './json-schema';
import { createMemberNamesSchema } from './member-names-schema';
import { convertStandardSchema } from './standard-json-schema';

/**
 * Describes what a declaration takes or gives as JSON Schema 2020-12. The schema lets through all that the declaration does; what
 * cannot be expressed (rules of one's own, groups, a Standard Schema that does not describe itself) is left out of it, so that it
 * may let through more.
 */
export function createJsonSchema(declared: ShapeDeclaration, options: SchemaOptions): JsonSchema {
  if (typeof declared === 'string') return createMemberNamesSchema([declared]);
  if (isListOfNames(declared)) return createMemberNamesSchema(declared);
  if (isStandardSchema(declared)) return convertStandardSchema(declared, options);
  // class-validator is loaded by those that have classes of it.
  // oxlint-disable-next-line typescript/no-require-imports -- see above
  const { createClassSchema }: typeof ClassSchema = require('./class-schema');
  return createClassSchema(declared, options);
}

function isListOfNames(declared: ShapeDeclaration): declared is readonly string[] {
  return Array.isArray(declared);
}

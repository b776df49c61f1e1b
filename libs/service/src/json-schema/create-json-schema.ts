import { isStandardSchema } from '../validation/standard-schema';
import type { ShapeDeclaration } from '../declaration/declaration';
import type * as ClassSchema from './class-schema';
import type { JsonSchema, SchemaOptions } from './json-schema';
import { createMemberNamesSchema } from './member-names-schema';
import { convertStandardSchema } from './standard-json-schema';

/**
 * Describes the input or output of a declaration as JSON Schema 2020-12. The schema accepts every value that the declaration accepts.
 * It may accept more, because rules without a keyword (custom rules, groups, a Standard Schema that does not describe itself) are
 * omitted.
 */
export function createJsonSchema(declared: ShapeDeclaration, options: SchemaOptions): JsonSchema {
  if (typeof declared === 'string') return createMemberNamesSchema([declared]);
  if (isListOfNames(declared)) return createMemberNamesSchema(declared);
  if (isStandardSchema(declared)) return convertStandardSchema(declared, options);
  // Loaded lazily: only applications with decorated classes have class-validator.
  // oxlint-disable-next-line typescript/no-require-imports -- see above
  const { createClassSchema }: typeof ClassSchema = require('./class-schema');
  return createClassSchema(declared, options);
}

function isListOfNames(declared: ShapeDeclaration): declared is readonly string[] {
  return Array.isArray(declared);
}

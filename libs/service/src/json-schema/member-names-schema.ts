import { parseMemberName } from '../validation/member-names';
import type { JsonSchema } from './json-schema';

/** Creates the schema of declared names: strings, required and not empty unless the name has a dash. */
export function createMemberNamesSchema(declared: readonly string[]): JsonSchema {
  const strings = declared.map(parseMemberName);
  const required = strings.filter(({ isOptional }) => !isOptional).map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(
      strings.map(({ name, isOptional }) => [name, isOptional ? { type: 'string' } : { type: 'string', minLength: 1 }]),
    ),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

import type { StandardSchema } from '../check/standard-schema';
import type { JsonSchema } from './json-schema';
import type { SchemaOptions } from './schema-of';

/** Makes a JSON Schema of a Standard Schema (standardschema.dev, "Standard JSON Schema"). */
type Describe = (options: { readonly target: string; readonly libraryOptions: object }) => unknown;

/** zod would throw for a member that JSON Schema has no word for; others do not look at this. */
const OPTIONS = { target: 'draft-2020-12', libraryOptions: { unrepresentable: 'any' } };

/** What a Standard Schema says of itself; anything where it says nothing. */
export function schemaOfStandard(declared: StandardSchema, { direction, name, names }: SchemaOptions): JsonSchema {
  const described = describedBy(declared, direction);
  if (!described) return {};
  const { $schema: _dialect, $id: _address, ...schema } = described;
  const suffix = direction === 'input' ? 'Input' : 'Output';
  return names.define({ name: name + suffix, of: declared, direction }, (ref) => placed(schema, ref));
}

function describedBy(declared: StandardSchema, direction: SchemaOptions['direction']): JsonSchema | undefined {
  const describe: unknown = member(member(declared['~standard'], 'jsonSchema'), direction);
  if (!isDescribe(describe)) return undefined;
  try {
    const schema = describe(OPTIONS);
    return isRecord(schema) ? schema : undefined;
  } catch {
    // Its vendor has no JSON Schema for it, which is no reason to do without the rest.
    return undefined;
  }
}

/** The same schema, but with the references within it leading to where it is kept. */
function placed(schema: JsonSchema, ref: string): JsonSchema {
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, placedValue(keyword, value, ref)]),
  );
}

function placedValue(keyword: string, value: unknown, ref: string): unknown {
  if (keyword === '$ref' && typeof value === 'string') return value.startsWith('#') ? ref + value.slice(1) : value;
  if (Array.isArray(value)) return value.map((each: unknown) => placedValue('', each, ref));
  return isRecord(value) ? placed(value, ref) : value;
}

function member(of: unknown, name: string): unknown {
  return isRecord(of) ? of[name] : undefined;
}

function isDescribe(value: unknown): value is Describe {
  return typeof value === 'function';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

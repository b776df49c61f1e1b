import { isRecord } from '@trunkline/failures';
import { isStandardSchema, type StandardSchema, toPath } from '../validation/standard-schema';
import type { ShapeDeclaration } from '../declaration/declaration';
import { hoistDefinitions, splitBundle } from './bundled-schema';
import type { JsonSchema, SchemaOptions } from './json-schema';

/** The method by which a Standard Schema describes itself (standardschema.dev, "Standard JSON Schema"). */
type Describe = (options: { readonly target: string; readonly libraryOptions: object }) => unknown;

/** Without `unrepresentable`, zod throws for a member that JSON Schema cannot express; other libraries ignore it. */
const OPTIONS = { target: 'draft-2020-12', libraryOptions: { unrepresentable: 'any' } };

/** Converts a Standard Schema to the JSON Schema by which it describes itself; without one, to the empty schema, which accepts anything. */
export function convertStandardSchema(
  declared: StandardSchema,
  { direction, name, registry }: SchemaOptions,
): JsonSchema {
  const described = describeStandardSchema(declared, direction);
  if (!described) return {};
  const bundle = splitBundle(described);
  const place = { name: name + (direction === 'input' ? 'Input' : 'Output'), direction, registry };
  // A schema with an id is also a definition: the id is its name in the document.
  if (isReference(bundle.root)) return hoistDefinitions(bundle, bundle.root.$ref, place);
  return registry.define({ name: place.name, source: declared, direction }, (ref) => {
    const schema = hoistDefinitions(bundle, ref, place);
    return direction === 'input' ? makeFilledInOptional(schema, declared) : schema;
  });
}

/** Finds the vendor of a Standard Schema that does not describe its input; `undefined` for all other declarations. */
export function findUndescribedVendor(declared: ShapeDeclaration): string | undefined {
  if (!isStandardSchema(declared)) return undefined;
  const standard = declared['~standard'];
  return isDescribe(readMember(readMember(standard, 'jsonSchema'), 'input')) ? undefined : standard.vendor;
}

function isReference(schema: JsonSchema): schema is { readonly $ref: string } {
  return schema.$ref !== undefined && Object.keys(schema).length === 1;
}

/**
 * Removes members that the schema fills in itself, as `z.preprocess()` may, from `required`. No keyword declares them, but validating
 * an empty object shows which are missing. If a single member is reported, the schema may have stopped there, and the others are
 * unknown.
 */
function makeFilledInOptional(schema: JsonSchema, declared: StandardSchema): JsonSchema {
  const { required = [], ...rest } = schema;
  const missing = required.length > 0 ? findMissingMembers(declared) : undefined;
  if (missing === undefined || missing.size === 1) return schema;
  const remaining = required.filter((name) => missing.has(name));
  return { ...rest, ...(remaining.length > 0 && { required: remaining }) };
}

/** Finds the members whose absence the schema rejects; `undefined` if the schema is asynchronous or throws. */
function findMissingMembers(declared: StandardSchema): ReadonlySet<unknown> | undefined {
  try {
    const result = declared['~standard'].validate({});
    if (!(result instanceof Promise)) return new Set((result.issues ?? []).map((issue) => toPath(issue)[0]));
    result.catch(() => undefined);
    return undefined;
  } catch {
    // A transformation threw for the empty object.
    return undefined;
  }
}

function describeStandardSchema(
  declared: StandardSchema,
  direction: SchemaOptions['direction'],
): JsonSchema | undefined {
  const describe: unknown = readMember(readMember(declared['~standard'], 'jsonSchema'), direction);
  if (!isDescribe(describe)) return undefined;
  try {
    const schema = describe(OPTIONS);
    return isRecord(schema) ? schema : undefined;
  } catch {
    // The vendor cannot express it as JSON Schema: it is described as anything.
    return undefined;
  }
}

function readMember(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

function isDescribe(value: unknown): value is Describe {
  return typeof value === 'function';
}

import { isRecord } from '@trunkline/failures';
import { isStandardSchema } from '../validation/compile-validator';
import type { StandardSchema } from '../validation/standard-schema';
import type { ShapeDeclaration } from '../declaration/declaration';
import { hoistDefinitions, splitBundle } from './bundled-schema';
import type { JsonSchema, SchemaOptions } from './json-schema';

/** Makes a JSON Schema of a Standard Schema (standardschema.dev, "Standard JSON Schema"). */
type Describe = (options: { readonly target: string; readonly libraryOptions: object }) => unknown;

/** zod would throw for a member that JSON Schema has no word for; others do not look at this. */
const OPTIONS = { target: 'draft-2020-12', libraryOptions: { unrepresentable: 'any' } };

/** The schema by which a Standard Schema describes itself; the empty schema, which accepts anything, where it does not. */
export function convertStandardSchema(
  declared: StandardSchema,
  { direction, name, registry }: SchemaOptions,
): JsonSchema {
  const described = describeStandardSchema(declared, direction);
  if (!described) return {};
  const bundle = splitBundle(described);
  const place = { name: name + (direction === 'input' ? 'Input' : 'Output'), direction, registry };
  // A schema with an id of its own is a definition, too: it has that name in the document.
  if (isReference(bundle.root)) return hoistDefinitions(bundle, bundle.root.$ref, place);
  return registry.define({ name: place.name, source: declared, direction }, (ref) => {
    const schema = hoistDefinitions(bundle, ref, place);
    return direction === 'input' ? makeFilledInOptional(schema, declared) : schema;
  });
}

/** The vendor of a Standard Schema that brings no JSON Schema of its input along; `undefined` for all other declarations. */
export function findUndescribedVendor(declared: ShapeDeclaration): string | undefined {
  if (!isStandardSchema(declared)) return undefined;
  const standard = declared['~standard'];
  return isDescribe(readMember(readMember(standard, 'jsonSchema'), 'input')) ? undefined : standard.vendor;
}

function isReference(schema: JsonSchema): schema is { readonly $ref: string } {
  return schema.$ref !== undefined && Object.keys(schema).length === 1;
}

/**
 * Leaves out of `required` what the schema fills in itself, as `z.preprocess()` may: no keyword says so, but validation of an
 * empty object does. Where it reports a single member, it may have stopped there, and nothing is known of the others.
 */
function makeFilledInOptional(schema: JsonSchema, declared: StandardSchema): JsonSchema {
  const { required = [], ...rest } = schema;
  const missing = required.length > 0 ? findMissingMembers(declared) : undefined;
  if (missing === undefined || missing.size === 1) return schema;
  const needed = required.filter((name) => missing.has(name));
  return { ...rest, ...(needed.length > 0 && { required: needed }) };
}

/** Members whose absence the schema refuses; `undefined` where it cannot tell at once. */
function findMissingMembers(declared: StandardSchema): ReadonlySet<unknown> | undefined {
  try {
    const result = declared['~standard'].validate({});
    if (!(result instanceof Promise)) return new Set((result.issues ?? []).map(({ path = [] }) => readFirstKey(path)));
    result.catch(() => undefined);
    return undefined;
  } catch {
    // A transformation that does not expect an empty object: nothing is known.
    return undefined;
  }
}

function readFirstKey([step]: readonly (PropertyKey | { readonly key: PropertyKey })[]): PropertyKey | undefined {
  return typeof step === 'object' ? step.key : step;
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
    // Its vendor has no JSON Schema for it, which is no reason to do without the rest.
    return undefined;
  }
}

function readMember(of: unknown, name: string): unknown {
  return isRecord(of) ? of[name] : undefined;
}

function isDescribe(value: unknown): value is Describe {
  return typeof value === 'function';
}

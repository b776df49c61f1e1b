import { type Direction, type JsonSchema, outputName, type SchemaNames } from './json-schema';
import { mapSubschemas } from './subschemas';

/** A schema as a vendor writes it: a root, and beside it the definitions that it refers to. */
export interface BundledSchema {
  readonly root: JsonSchema;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
}

/** Where the parts of a bundled schema are kept. */
export interface BundlePlace {
  /** Name of the root, which parts without a name of their own begin with. */
  readonly name: string;
  readonly direction: Direction;
  readonly names: SchemaNames;
}

/** A reference to a definition, with what follows its name in the pointer. */
const TO_DEFINITION = /^#\/(?:\$defs|definitions)\/([^/]+)(.*)$/;
/** What zod calls a definition without an id. */
const ANONYMOUS = /^__schema\d+$/;

/** Separates the definitions of a schema from its root, and leaves out its dialect and address. */
export function unbundle(schema: JsonSchema): BundledSchema {
  const { $schema: _dialect, $id: _address, $defs, definitions, ...root } = schema;
  return { root, definitions: { ...schemasIn(definitions), ...schemasIn($defs) } };
}

function schemasIn(value: unknown): Readonly<Record<string, JsonSchema>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a map of schemas, by JSON Schema core §8.2.4
  return typeof value === 'object' && value !== null ? (value as Record<string, JsonSchema>) : {};
}

/**
 * Keeps every definition that the root refers to under a name of the document, so that generators see one flat list of named
 * schemas: a `$defs` inside a component is a required member for some of them and does not compile for others.
 *
 * @param rootRef - where the root itself is kept, for schemas that refer to `#`
 * @returns the root, with references that lead to the kept definitions
 */
export function placeBundle(bundle: BundledSchema, rootRef: string, place: BundlePlace): JsonSchema {
  const placeSchema = (schema: JsonSchema, member?: string): JsonSchema => {
    const inner = mapSubschemas(schema, member, placeSchema);
    const kept = withUsablePattern(place.direction === 'input' ? withoutDefaulted(inner) : inner);
    return kept.$ref === undefined ? kept : { ...kept, $ref: placeReference(kept.$ref, member) };
  };
  const placeReference = (ref: string, member: string | undefined): string => {
    const [, encoded, rest = ''] = TO_DEFINITION.exec(ref) ?? [];
    if (encoded === undefined) return ref.startsWith('#') ? rootRef + ref.slice(1) : ref;
    const key = decodePointer(encoded);
    const definition = bundle.definitions[key];
    if (definition === undefined) return ref;
    const name = ANONYMOUS.test(key) ? place.name + capitalize(member ?? 'Part') : key;
    const otherwise = outputName(name, ANONYMOUS.test(key) ? 'input' : place.direction);
    const of = textOfDefinition(key, bundle);
    const { $ref = ref } = place.names.define({ name, otherwise, of, direction: 'input' }, () =>
      placeSchema(definition),
    );
    return $ref + rest;
  };
  return placeSchema(bundle.root);
}

/** Definitions of the same text, in which all that they refer to is the same as well, are one component. */
function textOfDefinition(key: string, { root, definitions }: BundledSchema): string {
  const reached = new Map<string, JsonSchema>();
  const visit = (name: string): void => {
    const schema = name === '#' ? root : definitions[name];
    if (schema === undefined || reached.has(name)) return;
    reached.set(name, schema);
    for (const ref of referencesIn(schema)) visit(definitionName(ref));
  };
  visit(key);
  return JSON.stringify([...reached]);
}

function definitionName(ref: string): string {
  const [, encoded] = TO_DEFINITION.exec(ref) ?? [];
  return encoded === undefined ? '#' : decodePointer(encoded);
}

function referencesIn(schema: JsonSchema): readonly string[] {
  const found = schema.$ref === undefined ? [] : [schema.$ref];
  mapSubschemas(schema, undefined, (each) => {
    found.push(...referencesIn(each));
    return each;
  });
  return found;
}

/** Input may leave out a member that has a default, whatever the vendor says: zod requires one with `.catch()`. */
function withoutDefaulted(schema: JsonSchema): JsonSchema {
  const { required, properties = {}, ...rest } = schema;
  if (!required?.some((name) => isDefaulted(properties[name]))) return schema;
  const needed = required.filter((name) => !isDefaulted(properties[name]));
  return { ...rest, properties, ...(needed.length > 0 && { required: needed }) };
}

function isDefaulted(schema: JsonSchema | undefined): boolean {
  return schema !== undefined && 'default' in schema;
}

/** A pattern is an expression with the flag `u` (JSON Schema core §6.4); without it vendors accept more. */
function withUsablePattern(schema: JsonSchema): JsonSchema {
  const { pattern, ...rest } = schema;
  return pattern === undefined || isUsablePattern(pattern) ? schema : rest;
}

/** Whether a pattern compiles where its readers compile it: with the flag `u`. */
export function isUsablePattern(pattern: unknown): boolean {
  try {
    return typeof pattern === 'string' && new RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

function decodePointer(token: string): string {
  return decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');
}

function capitalize(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

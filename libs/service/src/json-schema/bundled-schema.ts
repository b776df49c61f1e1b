import { type Direction, type JsonSchema, createOutputName, type SchemaRegistry } from './json-schema';
import { mapSubschemas } from './subschemas';

/** A schema as a vendor writes it: a root, and beside it the definitions that it refers to. */
export interface BundledSchema {
  readonly root: JsonSchema;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
}

/** Where the parts of a bundled schema are kept. */
export interface HoistOptions {
  /** Name of the root, which parts without a name of their own begin with. */
  readonly name: string;
  readonly direction: Direction;
  readonly registry: SchemaRegistry;
}

/** A reference to a definition, with what follows its name in the pointer. */
const DEFINITION_REFERENCE = /^#\/(?:\$defs|definitions)\/([^/]+)(.*)$/;
/** What zod calls a definition without an id. */
const ANONYMOUS = /^__schema\d+$/;

/** Separates the definitions of a schema from its root, and leaves out its dialect and address. */
export function splitBundle(schema: JsonSchema): BundledSchema {
  const { $schema: _dialect, $id: _address, $defs, definitions, ...root } = schema;
  return { root, definitions: { ...readDefinitions(definitions), ...readDefinitions($defs) } };
}

function readDefinitions(value: unknown): Readonly<Record<string, JsonSchema>> {
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
export function hoistDefinitions(bundle: BundledSchema, rootRef: string, place: HoistOptions): JsonSchema {
  const placeSchema = (schema: JsonSchema, member?: string): JsonSchema => {
    const inner = mapSubschemas(schema, member, placeSchema);
    const kept = dropUnusablePattern(place.direction === 'input' ? makeDefaultedOptional(inner) : inner);
    return kept.$ref === undefined ? kept : { ...kept, $ref: placeReference(kept.$ref, member) };
  };
  const placeReference = (ref: string, member: string | undefined): string => {
    const [, encoded, rest = ''] = DEFINITION_REFERENCE.exec(ref) ?? [];
    if (encoded === undefined) return ref.startsWith('#') ? rootRef + ref.slice(1) : ref;
    const key = decodePointer(encoded);
    const definition = bundle.definitions[key];
    if (definition === undefined) return ref;
    const name = ANONYMOUS.test(key) ? place.name + capitalize(member ?? 'Part') : key;
    const fallbackName = createOutputName(name, ANONYMOUS.test(key) ? 'input' : place.direction);
    const source = fingerprintDefinition(key, bundle);
    const { $ref = ref } = place.registry.define({ name, fallbackName, source, direction: 'input' }, () =>
      placeSchema(definition),
    );
    return $ref + rest;
  };
  return placeSchema(bundle.root);
}

/** Definitions of the same text, in which all that they refer to is the same as well, are one component. */
function fingerprintDefinition(key: string, { root, definitions }: BundledSchema): string {
  const reached = new Map<string, JsonSchema>();
  const visit = (name: string): void => {
    const schema = name === '#' ? root : definitions[name];
    if (schema === undefined || reached.has(name)) return;
    reached.set(name, schema);
    for (const ref of findReferences(schema)) visit(parseDefinitionName(ref));
  };
  visit(key);
  return JSON.stringify([...reached]);
}

function parseDefinitionName(ref: string): string {
  const [, encoded] = DEFINITION_REFERENCE.exec(ref) ?? [];
  return encoded === undefined ? '#' : decodePointer(encoded);
}

function findReferences(schema: JsonSchema): readonly string[] {
  const found = schema.$ref === undefined ? [] : [schema.$ref];
  mapSubschemas(schema, undefined, (each) => {
    found.push(...findReferences(each));
    return each;
  });
  return found;
}

/** Input may leave out a member that has a default, whatever the vendor says: zod requires one with `.catch()`. */
function makeDefaultedOptional(schema: JsonSchema): JsonSchema {
  const { required, properties = {}, ...rest } = schema;
  if (!required?.some((name) => hasDefault(properties[name]))) return schema;
  const needed = required.filter((name) => !hasDefault(properties[name]));
  return { ...rest, properties, ...(needed.length > 0 && { required: needed }) };
}

function hasDefault(schema: JsonSchema | undefined): boolean {
  return schema !== undefined && 'default' in schema;
}

/** A pattern is an expression with the flag `u` (JSON Schema core §6.4); without it vendors accept more. */
function dropUnusablePattern(schema: JsonSchema): JsonSchema {
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

import { type Direction, type JsonSchema, createOutputName, type SchemaRegistry } from './json-schema';
import { mapSubschemas } from './subschemas';

/** A schema as a vendor creates it: a root, and the definitions that it refers to. */
export interface BundledSchema {
  readonly root: JsonSchema;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
}

/** Options of {@link hoistDefinitions}. */
export interface HoistOptions {
  /** Name of the root, and prefix of the names of anonymous parts. */
  readonly name: string;
  readonly direction: Direction;
  readonly registry: SchemaRegistry;
}

/** A reference to a definition: its name, and the rest of the pointer. */
const DEFINITION_REFERENCE = /^#\/(?:\$defs|definitions)\/([^/]+)(.*)$/;
/** Name that zod gives to a definition without an id. */
const ANONYMOUS = /^__schema\d+$/;

/** Separates the definitions of a schema from its root, and drops its dialect and address. */
export function splitBundle(schema: JsonSchema): BundledSchema {
  const { $schema: _dialect, $id: _address, $defs, definitions, ...root } = schema;
  return { root, definitions: { ...readDefinitions(definitions), ...readDefinitions($defs) } };
}

function readDefinitions(value: unknown): Readonly<Record<string, JsonSchema>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a map of schemas, by JSON Schema core §8.2.4
  return typeof value === 'object' && value !== null ? (value as Record<string, JsonSchema>) : {};
}

/**
 * Registers every definition that the root refers to, so that the document has one flat list of named schemas: code generators
 * mishandle `$defs` inside a component.
 *
 * @param rootRef - the reference of the root itself, for schemas that refer to `#`
 * @returns the root, with references to the registered definitions
 */
export function hoistDefinitions(bundle: BundledSchema, rootRef: string, place: HoistOptions): JsonSchema {
  const placeSchema = (schema: JsonSchema, member?: string): JsonSchema => {
    const inner = mapSubschemas(schema, member, placeSchema);
    const hoisted = dropUnusablePattern(place.direction === 'input' ? makeDefaultedOptional(inner) : inner);
    return hoisted.$ref === undefined ? hoisted : { ...hoisted, $ref: placeReference(hoisted.$ref, member) };
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

/** Creates the identity of a definition: the texts of the definition and of everything it refers to. Equal ones become one component. */
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

/** Makes input members with a default optional, even if the vendor requires them: zod requires a member with `.catch()`. */
function makeDefaultedOptional(schema: JsonSchema): JsonSchema {
  const { required, properties = {}, ...rest } = schema;
  if (!required?.some((name) => hasDefault(properties[name]))) return schema;
  const remaining = required.filter((name) => !hasDefault(properties[name]));
  return { ...rest, properties, ...(remaining.length > 0 && { required: remaining }) };
}

function hasDefault(schema: JsonSchema | undefined): boolean {
  return schema !== undefined && 'default' in schema;
}

/** Drops a pattern that does not compile with the flag `u` (JSON Schema core §6.4); vendors compile patterns without it. */
function dropUnusablePattern(schema: JsonSchema): JsonSchema {
  const { pattern, ...rest } = schema;
  return pattern === undefined || isUsablePattern(pattern) ? schema : rest;
}

/** Whether a pattern compiles with the flag `u`, as readers of JSON Schema compile it. */
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

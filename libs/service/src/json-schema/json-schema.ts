/** A schema of JSON Schema 2020-12: the keywords that this room reads or writes, and any others. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly [keyword: string]: unknown;
}

/** Whether a schema describes the values that a declaration accepts or the values that it returns. */
export type Direction = 'input' | 'output';

/** The source of a schema that is registered under a name. */
export interface NamedSchema {
  /** The preferred name. */
  readonly name: string;
  /** The name to use if the preferred one is taken, before numbers are appended. Default: none. */
  readonly fallbackName?: string;
  /** A class, a Standard Schema, or the text of a definition within one. */
  readonly source: object | string;
  readonly direction: Direction;
}

/** A registry of named schemas, so that each is written once and may refer to itself. */
export interface SchemaRegistry {
  /**
   * Registers a schema, unless its source is registered already.
   *
   * @param create - receives the reference of the schema
   * @returns a schema that refers to it
   */
  define(named: NamedSchema, create: (ref: string) => JsonSchema): JsonSchema;
}

/** Options of `createJsonSchema`. */
export interface SchemaOptions {
  readonly direction: Direction;
  /** Name for a schema without its own name. */
  readonly name: string;
  readonly registry: SchemaRegistry;
}

/** Creates the name of an output schema, because the input schema has the plain name. */
export function createOutputName(name: string, direction: Direction): string {
  return direction === 'output' ? `${name}Output` : name;
}

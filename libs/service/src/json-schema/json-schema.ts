/** A schema of JSON Schema 2020-12: the keywords that are read or written here, and whatever else it has. */
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

/** Which side of a check a schema tells of: what it takes, or what it gives. */
export type Direction = 'input' | 'output';

/** What a schema that is kept under a name is made from. */
export interface NamedSchema {
  /** The name it is to have; another one where that is taken. */
  readonly name: string;
  /** The name that it has where the first one is taken, before numbers are tried. Default: none. */
  readonly fallbackName?: string;
  /** What it is made from: a class, a Standard Schema, or the text of a definition within one. */
  readonly source: object | string;
  readonly direction: Direction;
}

/** Where schemas are kept under names, so that each is written once and may refer to itself. */
export interface SchemaRegistry {
  /**
   * Keeps a schema, unless that has been done before.
   *
   * @param make - gets the reference that the schema will have
   * @returns a schema that refers to it
   */
  define(named: NamedSchema, make: (ref: string) => JsonSchema): JsonSchema;
}

/** How a declaration is to be described. */
export interface SchemaOptions {
  readonly direction: Direction;
  /** Name of a schema that has none of its own. */
  readonly name: string;
  readonly registry: SchemaRegistry;
}

/** The name of a schema whose input has taken the plain name already. */
export function createOutputName(name: string, direction: Direction): string {
  return direction === 'output' ? `${name}Output` : name;
}

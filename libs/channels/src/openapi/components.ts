import type { Direction, JsonSchema, NamedSchema, SchemaRegistry } from '@trunkline/service';
import type { Header, Reference, Response } from './openapi-document';

const SCHEMAS = '#/components/schemas/';
const RESPONSES = '#/components/responses/';
const HEADERS = '#/components/headers/';

/** The components of a document: schemas, responses and headers that operations share, each written once under a readable name. */
export class Components implements SchemaRegistry {
  readonly #schemas = new Map<string, JsonSchema>();
  readonly #references = new Map<object | string, Map<Direction, JsonSchema>>();
  readonly #responses = new Map<string, Response>();
  readonly #responseNames = new Map<string, string>();
  readonly #headers = new Map<string, Header>();

  define({ name, fallbackName = name, source, direction }: NamedSchema, make: (ref: string) => JsonSchema): JsonSchema {
    const known = this.#references.get(source) ?? new Map<Direction, JsonSchema>();
    this.#references.set(source, known);
    const before = known.get(direction);
    if (before) return before;
    const freeName = findFreeName(this.#schemas.has(toLegalName(name)) ? fallbackName : name, this.#schemas);
    const $ref = SCHEMAS + freeName;
    known.set(direction, { $ref });
    // The name is reserved before the schema is created, since its parts may refer to it.
    this.#schemas.set(freeName, {});
    this.#schemas.set(freeName, make($ref));
    return { $ref };
  }

  /** Adds a response, and returns a reference. Equal responses share a name. */
  addResponse(name: string, response: Response): Reference {
    const text = JSON.stringify(response);
    const freeName = this.#responseNames.get(text) ?? findFreeName(name, this.#responses);
    this.#responseNames.set(text, freeName);
    this.#responses.set(freeName, response);
    return { $ref: RESPONSES + freeName };
  }

  /** Adds headers of a response, and returns references to them. */
  addHeaders(headers: Readonly<Record<string, Header>>): Readonly<Record<string, Reference>> {
    const entries = Object.entries(headers);
    for (const [name, header] of entries) this.#headers.set(name, header);
    return Object.fromEntries(entries.map(([name]) => [name, { $ref: HEADERS + name }]));
  }

  /** Resolves a reference; returns any other schema unchanged. */
  resolve(schema: JsonSchema): JsonSchema {
    const name = schema.$ref?.startsWith(SCHEMAS) === true ? schema.$ref.slice(SCHEMAS.length) : undefined;
    return (name !== undefined && this.#schemas.get(name)) || schema;
  }

  get schemas(): Readonly<Record<string, JsonSchema>> {
    return sortByName(this.#schemas);
  }

  get headers(): Readonly<Record<string, Header>> {
    return sortByName(this.#headers);
  }

  get responses(): Readonly<Record<string, Response>> {
    return sortByName(this.#responses);
  }
}

/** Names of components are letters, digits, dots, dashes and underscores (OpenAPI 3.1 §4.8.7). */
function toLegalName(name: string): string {
  return name.replaceAll(/[^\w.-]/g, '') || 'Schema';
}

function findFreeName(preferred: string, taken: ReadonlyMap<string, unknown>): string {
  const name = toLegalName(preferred);
  let free = name;
  for (let count = 2; taken.has(free); count += 1) free = `${name}${count}`;
  return free;
}

function sortByName<T>(named: ReadonlyMap<string, T>): Readonly<Record<string, T>> {
  return Object.fromEntries([...named].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

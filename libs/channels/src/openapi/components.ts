import type { Direction, JsonSchema, NamedSchema, SchemaRegistry } from '@trunkline/service';
import type { Header, Reference, Response } from './openapi-document';

const SCHEMAS = '#/components/schemas/';
const RESPONSES = '#/components/responses/';
const HEADERS = '#/components/headers/';

/** What operations share, under readable names: each schema and each answer is written once. */
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
    const own = findFreeName(this.#schemas.has(toLegalName(name)) ? fallbackName : name, this.#schemas);
    const $ref = SCHEMAS + own;
    known.set(direction, { $ref });
    // The name is taken before the schema is there, since what is below it may ask for the same.
    this.#schemas.set(own, {});
    this.#schemas.set(own, make($ref));
    return { $ref };
  }

  /** Keeps an answer; those that are the same in every word share a name. */
  addResponse(name: string, response: Response): Reference {
    const words = JSON.stringify(response);
    const own = this.#responseNames.get(words) ?? findFreeName(name, this.#responses);
    this.#responseNames.set(words, own);
    this.#responses.set(own, response);
    return { $ref: RESPONSES + own };
  }

  /** Adds headers of a response, and returns references to them. */
  addHeaders(headers: Readonly<Record<string, Header>>): Readonly<Record<string, Reference>> {
    const entries = Object.entries(headers);
    for (const [name, header] of entries) this.#headers.set(name, header);
    return Object.fromEntries(entries.map(([name]) => [name, { $ref: HEADERS + name }]));
  }

  /** The schema behind a reference; others are what they are. */
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
function toLegalName(wanted: string): string {
  return wanted.replaceAll(/[^\w.-]/g, '') || 'Schema';
}

function findFreeName(wanted: string, taken: ReadonlyMap<string, unknown>): string {
  const name = toLegalName(wanted);
  let free = name;
  for (let count = 2; taken.has(free); count += 1) free = `${name}${count}`;
  return free;
}

function sortByName<T>(named: ReadonlyMap<string, T>): Readonly<Record<string, T>> {
  return Object.fromEntries([...named].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

import type { Direction, JsonSchema, NamedSchema, SchemaNames } from '@trunkline/service';
import type { Header, Reference, Response } from './openapi-document';
import { RESPONSE_HEADERS, type ResponseHeader } from './response-headers';

const SCHEMAS = '#/components/schemas/';
const RESPONSES = '#/components/responses/';
const HEADERS = '#/components/headers/';

/** What operations share, under readable names: each schema and each answer is written once. */
export class Components implements SchemaNames {
  readonly #schemas = new Map<string, JsonSchema>();
  readonly #known = new Map<object | string, Map<Direction, JsonSchema>>();
  readonly #responses = new Map<string, Response>();
  readonly #responseNames = new Map<string, string>();
  readonly #headers = new Map<string, Header>();

  define({ name, otherwise = name, of, direction }: NamedSchema, make: (ref: string) => JsonSchema): JsonSchema {
    const known = this.#known.get(of) ?? new Map<Direction, JsonSchema>();
    this.#known.set(of, known);
    const before = known.get(direction);
    if (before) return before;
    const own = freeName(this.#schemas.has(legalName(name)) ? otherwise : name, this.#schemas);
    const $ref = SCHEMAS + own;
    known.set(direction, { $ref });
    // The name is taken before the schema is there, since what is below it may ask for the same.
    this.#schemas.set(own, {});
    this.#schemas.set(own, make($ref));
    return { $ref };
  }

  /** Keeps an answer; those that are the same in every word share a name. */
  response(name: string, response: Response): Reference {
    const words = JSON.stringify(response);
    const own = this.#responseNames.get(words) ?? freeName(name, this.#responses);
    this.#responseNames.set(words, own);
    this.#responses.set(own, response);
    return { $ref: RESPONSES + own };
  }

  /** Headers of an answer, by their names. */
  headersOf(...names: readonly ResponseHeader[]): Readonly<Record<string, Reference>> {
    for (const name of names) this.#headers.set(name, RESPONSE_HEADERS[name]);
    return Object.fromEntries(names.map((name) => [name, { $ref: HEADERS + name }]));
  }

  /** The schema behind a reference; others are what they are. */
  resolve(schema: JsonSchema): JsonSchema {
    const name = schema.$ref?.startsWith(SCHEMAS) === true ? schema.$ref.slice(SCHEMAS.length) : undefined;
    return (name !== undefined && this.#schemas.get(name)) || schema;
  }

  get schemas(): Readonly<Record<string, JsonSchema>> {
    return inOrder(this.#schemas);
  }

  get headers(): Readonly<Record<string, Header>> {
    return inOrder(this.#headers);
  }

  get responses(): Readonly<Record<string, Response>> {
    return inOrder(this.#responses);
  }
}

/** Names of components are letters, digits, dots, dashes and underscores (OpenAPI 3.1 §4.8.7). */
function legalName(wanted: string): string {
  return wanted.replaceAll(/[^\w.-]/g, '') || 'Schema';
}

function freeName(wanted: string, taken: ReadonlyMap<string, unknown>): string {
  const name = legalName(wanted);
  let free = name;
  for (let count = 2; taken.has(free); count += 1) free = `${name}${count}`;
  return free;
}

function inOrder<T>(named: ReadonlyMap<string, T>): Readonly<Record<string, T>> {
  return Object.fromEntries([...named].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

import { type JsonSchema, expandAlternatives, isRecordSchema, isSchemaObject } from './json-schema';

/** A row of the reference page: the facts about one key. */
export interface ReferenceRow {
  /** The full path of the key; `<name>` stands for a chosen name, `[]` for any item of a list. */
  readonly path: string;
  readonly type: string;
  readonly isRequired: boolean;
  /** The default as written in YAML; `undefined` if there is none. */
  readonly defaultValue: unknown;
  readonly description: string;
  /** The variant of the mapping that has the key, if not all variants have it: `type: apiKey`. */
  readonly variant?: string;
}

/** Lists the keys below a path in the order of the schema, parents first. */
export class ReferenceRows {
  readonly #root: JsonSchema;
  readonly #visiting = new Set<JsonSchema>();

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  /** @param path - the path that `shape` describes */
  listBelow(shape: JsonSchema, path: string): ReferenceRow[] {
    const variants = this.#expandVariants(shape).filter((variant) => !this.#visiting.has(variant)); // a schema may contain itself
    for (const variant of variants) this.#visiting.add(variant);
    const rows = variants.flatMap((variant) => this.#listVariant(variant, path, variants));
    for (const variant of variants) this.#visiting.delete(variant);
    return rows;
  }

  #listVariant(shape: JsonSchema, path: string, variants: readonly JsonSchema[]): ReferenceRow[] {
    const name = findVariantName(shape);
    const keys = Object.entries(shape.properties ?? {}).flatMap(([key, child]) => {
      const isRequired = shape.required?.includes(key) === true;
      const rows = isSchemaObject(child) ? this.#listKey(child, { path: `${path}.${key}`, isRequired }) : [];
      const isShared = variants.every((variant) => !variant.properties || Object.hasOwn(variant.properties, key));
      return name === undefined || isShared ? rows : rows.map((row) => ({ variant: name, ...row }));
    });
    const names = isRecordSchema(shape)
      ? this.#listKey(shape.additionalProperties, { path: `${path}.<name>`, isRequired: false })
      : [];
    const items = isSchemaObject(shape.items) ? this.listBelow(shape.items, `${path}[]`) : [];
    return [...keys, ...names, ...items];
  }

  #listKey(shape: JsonSchema, place: Pick<ReferenceRow, 'path' | 'isRequired'>): ReferenceRow[] {
    const described = expandAlternatives(shape, this.#root).find((each) => each.description !== undefined);
    const row = {
      ...place,
      type: this.#formatType(shape),
      defaultValue: shape.default,
      description: described?.description ?? '',
    };
    return [row, ...this.listBelow(shape, place.path)];
  }

  #formatType(shape: JsonSchema): string {
    if (shape.title !== undefined) return shape.title;
    const types = this.#expandVariants(shape).map((variant) => this.#formatSimpleType(variant));
    return [...new Set(types)].filter((type) => type !== '').join(' or ') || 'any value';
  }

  #formatSimpleType(shape: JsonSchema): string {
    if (shape.title !== undefined) return shape.title;
    if (shape.const !== undefined) return formatCode(shape.const);
    if (shape.enum) return shape.enum.map(formatCode).join(' or ');
    if (shape.type === 'array')
      return isSchemaObject(shape.items) ? `list of ${pluralize(this.#formatType(shape.items))}` : 'list';
    if (shape.type === 'object') return isRecordSchema(shape) ? 'mapping by name' : 'mapping';
    const types = [shape.type ?? []].flat().map((type) => TYPE_NAMES.get(type) ?? type);
    return types.join(' or ');
  }

  /** Expands a union to its members; any other shape is returned alone. */
  #expandVariants(shape: JsonSchema): JsonSchema[] {
    return expandAlternatives(shape, this.#root).filter(
      (each) => !each.anyOf && !each.oneOf && !each.allOf && !each.$ref,
    );
  }
}

const TYPE_NAMES = new Map<string, string>([
  ['string', 'text'],
  ['number', 'number'],
  ['integer', 'whole number'],
  ['boolean', '`true` or `false`'],
  ['null', '`~`'],
]);

/** Formats a value as in YAML, as inline code. */
export function formatCode(value: unknown): string {
  if (value === null) return '`~`';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function pluralize(type: string): string {
  return type === 'mapping' ? 'mappings' : type;
}

/** Finds the key with a constant value that distinguishes the variants of a mapping. */
function findVariantName(shape: JsonSchema): string | undefined {
  const entry = Object.entries(shape.properties ?? {}).find(
    ([, child]) => isSchemaObject(child) && child.const !== undefined,
  );
  return entry && isSchemaObject(entry[1]) ? `${entry[0]}: ${String(entry[1].const)}` : undefined;
}

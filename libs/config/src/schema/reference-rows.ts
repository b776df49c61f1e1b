import { type Shape, alternatives, isMappingOfNames, isShape } from './section-shape';

/** What the reference page says of one key. */
export interface ReferenceRow {
  /** The way to the key from the top; `<name>` stands for a name that people choose, `[]` for any item of a list. */
  readonly path: string;
  readonly type: string;
  readonly isRequired: boolean;
  /** As it would be written; `undefined` where there is none. */
  readonly fallback: unknown;
  readonly description: string;
  /** Where a mapping has several variants and not all have the key, the one that has: `type: apiKey`. */
  readonly variant?: string;
}

/** Lists the keys below a place, in the order of the schema, each before those below it. */
export class ReferenceRows {
  readonly #root: Shape;
  readonly #open = new Set<Shape>();

  constructor(root: Shape) {
    this.#root = root;
  }

  /** @param path - of what `shape` describes */
  below(shape: Shape, path: string): ReferenceRow[] {
    const variants = this.#variants(shape).filter((variant) => !this.#open.has(variant)); // a schema may contain itself
    for (const variant of variants) this.#open.add(variant);
    const rows = variants.flatMap((variant) => this.#ofVariant(variant, path, variants));
    for (const variant of variants) this.#open.delete(variant);
    return rows;
  }

  #ofVariant(shape: Shape, path: string, variants: readonly Shape[]): ReferenceRow[] {
    const name = variantName(shape);
    const keys = Object.entries(shape.properties ?? {}).flatMap(([key, child]) => {
      const isRequired = shape.required?.includes(key) === true;
      const rows = isShape(child) ? this.#key(child, { path: `${path}.${key}`, isRequired }) : [];
      const isShared = variants.every((variant) => !variant.properties || Object.hasOwn(variant.properties, key));
      return name === undefined || isShared ? rows : rows.map((row) => ({ variant: name, ...row }));
    });
    const names = isMappingOfNames(shape)
      ? this.#key(shape.additionalProperties, { path: `${path}.<name>`, isRequired: false })
      : [];
    const items = isShape(shape.items) ? this.below(shape.items, `${path}[]`) : [];
    return [...keys, ...names, ...items];
  }

  #key(shape: Shape, place: Pick<ReferenceRow, 'path' | 'isRequired'>): ReferenceRow[] {
    const described = alternatives(shape, this.#root).find((each) => each.description !== undefined);
    const row = {
      ...place,
      type: this.#type(shape),
      fallback: shape.default,
      description: described?.description ?? '',
    };
    return [row, ...this.below(shape, place.path)];
  }

  #type(shape: Shape): string {
    if (shape.title !== undefined) return shape.title;
    const types = this.#variants(shape).map((variant) => this.#simpleType(variant));
    return [...new Set(types)].filter((type) => type !== '').join(' or ') || 'any value';
  }

  #simpleType(shape: Shape): string {
    if (shape.title !== undefined) return shape.title;
    if (shape.const !== undefined) return code(shape.const);
    if (shape.enum) return shape.enum.map(code).join(' or ');
    if (shape.type === 'array') return isShape(shape.items) ? `list of ${plural(this.#type(shape.items))}` : 'list';
    if (shape.type === 'object') return isMappingOfNames(shape) ? 'mapping by name' : 'mapping';
    const types = [shape.type ?? []].flat().map((type) => TYPES.get(type) ?? type);
    return types.join(' or ');
  }

  /** What a union comes down to, or the shape itself. */
  #variants(shape: Shape): Shape[] {
    return alternatives(shape, this.#root).filter((each) => !each.anyOf && !each.oneOf && !each.allOf && !each.$ref);
  }
}

const TYPES = new Map<string, string>([
  ['string', 'text'],
  ['number', 'number'],
  ['integer', 'whole number'],
  ['boolean', '`true` or `false`'],
  ['null', '`~`'],
]);

/** A value as it would be written in YAML, set as code. */
export function code(value: unknown): string {
  if (value === null) return '`~`';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function plural(type: string): string {
  return type === 'mapping' ? 'mappings' : type;
}

/** The key with one possible value, by which the variants of a mapping are told apart. */
function variantName(shape: Shape): string | undefined {
  const entry = Object.entries(shape.properties ?? {}).find(([, child]) => isShape(child) && child.const !== undefined);
  return entry && isShape(entry[1]) ? `${entry[0]}: ${String(entry[1].const)}` : undefined;
}

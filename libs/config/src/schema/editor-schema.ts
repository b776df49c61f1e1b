import { type Shape, isShape, shapeOf } from './section-shape';
import type { ConfigSection } from './section';

const REFERENCE: Shape = {
  type: 'string',
  pattern: '\\$\\{',
  description: '${NAME}, ${NAME:-default} or ${file:/path}',
};

/** Keywords that say something of a value without restricting it. */
const ANNOTATIONS = new Set(['title', 'description', 'default', 'examples', 'deprecated', 'writeOnly']);

/**
 * The JSON Schema (draft 2020-12) of a configuration file, for editors: `# yaml-language-server: $schema=…` in the first
 * line. Every section may be left out, and a `${NAME}` may stand wherever a text, a number or the like is expected.
 */
export function jsonSchema(sections: readonly ConfigSection<unknown>[]): Shape {
  const shape = withReferences(shapeOf(sections));
  return { ...shape, title: 'Trunkline configuration', $defs: { ...shape.$defs, reference: REFERENCE } };
}

function withReferences(shape: Shape): Shape {
  const inside = mapChildren(shape);
  return isRestrictedScalar(shape) ? orReference(inside) : inside;
}

function mapChildren({ oneOf, ...shape }: Shape): Shape {
  const anyOf = [...(shape.anyOf ?? []), ...(oneOf ?? [])]; // with references in them, several of oneOf may match
  return {
    ...shape,
    ...(shape.properties && { properties: mapValues(shape.properties) }),
    ...(shape.$defs && { $defs: mapValues(shape.$defs) }),
    ...(isShape(shape.additionalProperties) && { additionalProperties: withReferences(shape.additionalProperties) }),
    ...(isShape(shape.items) && { items: withReferences(shape.items) }),
    ...(anyOf.length > 0 && { anyOf: anyOf.map(withReferences) }),
    ...(shape.allOf && { allOf: shape.allOf.map(withReferences) }),
  };
}

function mapValues<T extends Shape | boolean>(shapes: Readonly<Record<string, T>>): Record<string, T | Shape> {
  return Object.fromEntries(
    Object.entries(shapes).map(([key, shape]) => [key, isShape(shape) ? withReferences(shape) : shape]),
  );
}

/** Anything but a mapping, a list, a union (its members are looked at) and a text that may be any text. */
function isRestrictedScalar({ type, pattern, format, enum: choices, const: only }: Shape): boolean {
  if (type === 'string') return [pattern, format, choices, only].some((restriction) => restriction !== undefined);
  return type === 'number' || type === 'integer' || type === 'boolean';
}

function orReference(shape: Shape): Shape {
  const keywords = Object.entries(shape);
  const annotations = keywords.filter(([keyword]) => ANNOTATIONS.has(keyword));
  const restrictions = keywords.filter(([keyword]) => !ANNOTATIONS.has(keyword));
  return {
    ...Object.fromEntries(annotations),
    anyOf: [Object.fromEntries(restrictions), { $ref: '#/$defs/reference' }],
  };
}

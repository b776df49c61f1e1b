import type { JsonSchema } from '@trunkline/service';
import type { Components } from './components';

/** The members of an object schema. */
export interface Members {
  readonly properties: ReadonlyMap<string, JsonSchema>;
  readonly required: ReadonlySet<string>;
}

/** Bounds the search in recursive schemas. */
const MAX_DEPTH = 8;

/**
 * Collects the members of an object schema, of its parts (`allOf`) and of its alternatives (`anyOf`, `oneOf`). A member is required
 * if all alternatives require it.
 */
export function collectMembers(schema: JsonSchema, components: Components, depth = 0): Members {
  const whole = components.resolve(schema);
  const direct: Members = {
    properties: new Map(Object.entries(whole.properties ?? {})),
    required: new Set(whole.required),
  };
  if (depth > MAX_DEPTH) return direct;
  const below = (each: JsonSchema) => collectMembers(each, components, depth + 1);
  const parts = [direct, ...(whole.allOf ?? []).map(below)];
  const choices = [whole.anyOf, whole.oneOf].filter((choice) => choice !== undefined);
  return joinParts([...parts, ...choices.map((choice) => joinAlternatives(choice.map(below)))]);
}

function joinParts(parts: readonly Members[]): Members {
  return { properties: joinProperties(parts), required: new Set(parts.flatMap(({ required }) => [...required])) };
}

function joinAlternatives(alternatives: readonly Members[]): Members {
  const [first, ...others] = alternatives;
  const inAll = [...(first?.required ?? [])].filter((name) => others.every(({ required }) => required.has(name)));
  return { properties: joinProperties(alternatives), required: new Set(inAll) };
}

/** A member with several schemas may match any of them. */
function joinProperties(all: readonly Members[]): ReadonlyMap<string, JsonSchema> {
  const found = new Map<string, Map<string, JsonSchema>>();
  for (const { properties } of all) {
    for (const [name, schema] of properties) {
      found.set(name, (found.get(name) ?? new Map<string, JsonSchema>()).set(JSON.stringify(schema), schema));
    }
  }
  return new Map(
    [...found].map(([name, schemas]) => {
      const [only, ...others] = schemas.values();
      return [name, only && others.length === 0 ? only : { anyOf: [...schemas.values()] }];
    }),
  );
}

/**
 * Removes members from a schema and from its parts and alternatives.
 *
 * @param names - names of the members
 * @returns the same object if it has none of them
 */
export function removeMembers(schema: JsonSchema, names: ReadonlySet<string>, components: Components): JsonSchema {
  const { properties } = collectMembers(schema, components);
  if (![...names].some((name) => properties.has(name))) return schema;
  const whole = components.resolve(schema);
  const left: Record<string, unknown> = { ...whole };
  if (whole.properties) left['properties'] = omit(whole.properties, names);
  const required = whole.required?.filter((name) => !names.has(name)) ?? [];
  if (required.length > 0) left['required'] = required;
  else delete left['required'];
  for (const keyword of ['allOf', 'anyOf', 'oneOf'] as const) {
    const list = whole[keyword];
    if (list) left[keyword] = list.map((each) => removeMembers(each, names, components));
  }
  return left;
}

function omit(properties: Readonly<Record<string, JsonSchema>>, names: ReadonlySet<string>) {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.has(name)));
}

import { isObject } from '@trunkline/failures';

/** Members of a body by their path, with the value or the values that they must have. */
type When = Readonly<Record<string, unknown>>;

/** Checks whether a body has all members that a rule requires. A body that is no object has none. */
export function matchesBody(when: When, body: unknown): boolean {
  return Object.entries(when).every(([path, expected]) => {
    const value = readPath(body, path);
    return Array.isArray(expected) ? expected.includes(value) : value === expected;
  });
}

/** A member whose own name has dots wins over a path. */
function readPath(body: unknown, path: string): unknown {
  if (isObject(body) && Object.hasOwn(body, path)) return body[path];
  let value = body;
  for (const name of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

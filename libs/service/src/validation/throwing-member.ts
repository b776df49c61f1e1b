import { isPromise } from '../invocation/promises';

type Path = readonly string[];

/**
 * Finds the member that a schema was at when it threw, by watching what it reads last. A schema is given plain objects and arrays
 * that are watched, and everything else as it is.
 *
 * @returns the path of the member; empty where the schema does not throw again, or has read nothing
 */
export function findThrowingMember(validate: (value: unknown) => unknown, value: unknown): Path {
  let last: Path = [];
  const watched = watchReads(value, [], (path) => (last = path));
  try {
    const result = validate(watched);
    // It rejects as it has done before. What it reads from now on is read by others of its parts.
    if (isPromise(result)) result.then(undefined, () => undefined);
    return last;
  } catch {
    return last;
  }
}

function watchReads(value: unknown, path: Path, onRead: (path: Path) => void): unknown {
  if (typeof value !== 'object' || value === null || !isPlainObjectOrArray(value)) return value;
  return new Proxy(value, {
    get(target, key, receiver) {
      const member: unknown = Reflect.get(target, key, receiver);
      if (typeof key !== 'string' || !Object.hasOwn(target, key) || key === 'length') return member;
      const here = [...path, key];
      onRead(here);
      return watchReads(member, here, onRead);
    },
  });
}

function isPlainObjectOrArray(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

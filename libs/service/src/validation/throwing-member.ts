import { isPromise } from '../invocation/promises';

type Path = readonly string[];

/**
 * Finds the member that a schema was validating when it threw: the last one that it reads. It runs the schema again, with plain
 * objects and arrays replaced by proxies that record reads.
 *
 * @returns the path of the member; empty if the schema does not throw again, or reads nothing
 */
export function findThrowingMember(validate: (value: unknown) => unknown, value: unknown): Path {
  let last: Path = [];
  const recorded = recordReads(value, [], (path) => (last = path));
  try {
    const result = validate(recorded);
    // It rejects as before. Later reads belong to other parts of the schema.
    if (isPromise(result)) result.then(undefined, () => undefined);
    return last;
  } catch {
    return last;
  }
}

function recordReads(value: unknown, path: Path, onRead: (path: Path) => void): unknown {
  if (typeof value !== 'object' || value === null || !isPlainObjectOrArray(value)) return value;
  return new Proxy(value, {
    get(target, key, receiver) {
      const member: unknown = Reflect.get(target, key, receiver);
      if (typeof key !== 'string' || !Object.hasOwn(target, key) || key === 'length') return member;
      const memberPath = [...path, key];
      onRead(memberPath);
      return recordReads(member, memberPath, onRead);
    },
  });
}

function isPlainObjectOrArray(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

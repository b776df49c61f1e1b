import { types } from 'node:util';

/**
 * What is logged in place of an object that is not plain data: the content of collections, the name of what has none that belongs
 * in a log (bytes, streams, sockets, requests), the status of an HTTP client's answer, whose other members are credentials and
 * bodies.
 *
 * @returns the object itself where it is plain data
 */
export function summarize(value: object): unknown {
  if (isOpaque(value)) return `[${value.constructor.name}]`;
  if (types.isMap(value)) return Object.fromEntries([...value].map(([key, content]) => [String(key), content]));
  if (types.isSet(value)) return [...value];
  if (types.isRegExp(value)) return String(value);
  if ('config' in value && 'request' in value) return { status: 'status' in value ? value.status : undefined };
  if ('toJSON' in value && typeof value.toJSON === 'function') return value.toJSON() as unknown;
  return value;
}

/** Frameworks wrap requests and responses, and call what they wrap `raw`. */
function isOpaque(value: object): boolean {
  return (
    types.isArrayBufferView(value) ||
    types.isAnyArrayBuffer(value) ||
    types.isPromise(value) ||
    isEmitter(value) ||
    ('raw' in value && isEmitter(value.raw))
  );
}

/** Streams, sockets, requests and responses, with everything that hangs on them. */
function isEmitter(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('on' in value) || !('emit' in value)) return false;
  return typeof value.on === 'function' && typeof value.emit === 'function';
}

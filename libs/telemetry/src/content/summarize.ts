import { types } from 'node:util';

/**
 * Replaces an object that is not plain data: collections by their content; bytes, streams, sockets and requests by their name; the response
 * of an HTTP client by its status, since its other members contain credentials and bodies.
 *
 * @returns the object itself if it is plain data
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

/** Recognizes requests and responses of frameworks, which hold the wrapped object in `raw`. */
function isOpaque(value: object): boolean {
  return (
    types.isArrayBufferView(value) ||
    types.isAnyArrayBuffer(value) ||
    types.isPromise(value) ||
    isEmitter(value) ||
    ('raw' in value && isEmitter(value.raw))
  );
}

/** Recognizes streams, sockets, requests and responses. */
function isEmitter(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('on' in value) || !('emit' in value)) return false;
  return typeof value.on === 'function' && typeof value.emit === 'function';
}

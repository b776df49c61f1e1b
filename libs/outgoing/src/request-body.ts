import type { HttpMethod } from './http-method';

/** A body on its way out, and what it is. */
export interface RequestBody {
  readonly body: string | Uint8Array | undefined;
  /** `undefined` where there is no body. */
  readonly contentType: string | undefined;
}

const NONE: RequestBody = { body: undefined, contentType: undefined };

/**
 * Writes a body: text, bytes and forms as they are, anything else as JSON; `undefined` is no body.
 *
 * @throws {TypeError} for what cannot be JSON, and for a GET or HEAD: servers drop the body of those, or the connection
 */
export function requestBody(method: HttpMethod, body: unknown): RequestBody {
  if (body === undefined) return NONE;
  if (method === 'GET' || method === 'HEAD') throw new TypeError(`a ${method} has no body`);
  if (typeof body === 'string') return { body, contentType: 'text/plain; charset=utf-8' };
  if (body instanceof Uint8Array) return { body, contentType: 'application/octet-stream' };
  if (body instanceof URLSearchParams) return { body: String(body), contentType: 'application/x-www-form-urlencoded' };
  return { body: JSON.stringify(body), contentType: 'application/json' };
}

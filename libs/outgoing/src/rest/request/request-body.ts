import { assertNoPromise } from '@trunkline/failures';
import type { HttpMethod } from '../../http/request/http-method';

/** A serialized body and its content type. */
export interface RequestBody {
  readonly body: string | Uint8Array | undefined;
  /** `undefined` where there is no body. */
  readonly contentType: string | undefined;
}

const NONE: RequestBody = { body: undefined, contentType: undefined };

/**
 * Serializes a body: strings, bytes and `URLSearchParams` as they are, anything else as JSON; `undefined` is no body.
 *
 * @throws {TypeError} for a value that cannot be JSON; for a stream or a form, which cannot be sent twice; for a GET or HEAD, whose body
 * servers ignore, or close the connection
 * @throws {InternalError} for a value that contains a promise
 */
export function serializeRequestBody(method: HttpMethod, body: unknown): RequestBody {
  if (body === undefined) return NONE;
  if (method === 'GET' || method === 'HEAD') throw new TypeError(`a ${method} has no body`);
  if (typeof body === 'string') return { body, contentType: 'text/plain; charset=utf-8' };
  if (body instanceof Uint8Array) return { body, contentType: 'application/octet-stream' };
  if (body instanceof URLSearchParams) return { body: String(body), contentType: 'application/x-www-form-urlencoded' };
  if (isStreamOrForm(body))
    throw new TypeError('a stream, blob or form cannot be the body of an outgoing call: read it first');
  const json: string | undefined = JSON.stringify(body);
  if (json === undefined) throw new TypeError(`the body of an outgoing call is a ${typeof body}, which cannot be JSON`);
  assertNoPromise(json, body, 'the body of an outgoing call');
  return { body: json, contentType: 'application/json' };
}

function isStreamOrForm(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  return (
    Symbol.asyncIterator in body || body instanceof Blob || body instanceof FormData || body instanceof ArrayBuffer
  );
}

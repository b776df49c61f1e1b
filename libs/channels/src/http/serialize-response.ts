import { Readable } from 'node:stream';
import { assertNoPromise, InternalError, validateResponseHeaders } from '@trunkline/failures';
import type { SerializedResponse } from '@trunkline/http-server';
import type { ServiceResponse } from '@trunkline/service';

type Body = SerializedResponse['body'];

/**
 * Serializes the response of a service: a Buffer or a stream unchanged, any other payload as JSON.
 *
 * @param service - its name, for errors
 * @throws {InternalError | TypeError} for a payload that is not serializable or contains a promise, an invalid header, an invalid status
 */
export function serializeResponse(response: ServiceResponse, payload: unknown, service: string): SerializedResponse {
  const { statusCode } = response;
  assertValidStatus(statusCode);
  const body = serializeBody(payload, service);
  const headers = collectHeaders(response, body);
  return { status: body === undefined && statusCode === 200 ? 204 : statusCode, headers, body };
}

function assertValidStatus(statusCode: number): void {
  if (Number.isInteger(statusCode) && statusCode >= 200 && statusCode <= 599) return;
  throw new InternalError(`a service set the status ${statusCode}: it must be an integer from 200 to 599`);
}

/** Most services set no headers. */
const JSON_HEADERS = Object.freeze({ 'content-type': 'application/json' });

/** @throws {TypeError} for an invalid header, or one that only the bus sets */
function collectHeaders(response: ServiceResponse, body: Body): Readonly<Record<string, string>> {
  if (typeof body === 'string' && isEmpty(response.headers)) return JSON_HEADERS;
  const headers = validateResponseHeaders(response.headers);
  if (headers['connection'] !== undefined) throw new TypeError('a service cannot set the header connection');
  if (body !== undefined) headers['content-type'] ??= getDefaultMediaType(body);
  return headers;
}

function isEmpty(headers: object): boolean {
  for (const name in headers) return name === undefined;
  return true;
}

function getDefaultMediaType(body: string | Uint8Array | Readable): string {
  return typeof body === 'string' ? 'application/json' : 'application/octet-stream';
}

function serializeBody(payload: unknown, service: string): Body {
  if (payload === undefined || payload instanceof Uint8Array || payload instanceof Readable) return payload;
  const json = stringify(payload);
  if (json === undefined)
    throw new InternalError(`a service returned a ${typeof payload}, which JSON cannot represent`);
  assertNoPromise(json, payload, `the payload of ${service}`);
  return json;
}

function stringify(payload: unknown): string | undefined {
  try {
    return JSON.stringify(payload);
  } catch (cause) {
    throw new InternalError('a service returned a payload that cannot be serialized as JSON', { cause });
  }
}

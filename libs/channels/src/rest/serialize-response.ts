import { Readable } from 'node:stream';
import { assertNoPromise, InternalError, validateResponseHeaders } from '@trunkline/failures';
import type { SerializedResponse } from '@trunkline/http-server';
import type { ServiceResponse } from '@trunkline/service';

type Body = SerializedResponse['body'];

/**
 * Makes an answer of what a service gave: its payload as JSON, or as it is where it is a Buffer or a stream. Nothing is sent.
 *
 * @param service - whose answer it is, for the log
 * @throws {InternalError | TypeError} for a payload that cannot be JSON or holds a promise, a header that is not legal, a status that is none
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
  throw new InternalError(`a service set the status ${statusCode}: it must be a whole number from 200 to 599`);
}

/** Most services set no headers. */
const JSON_HEADERS = Object.freeze({ 'content-type': 'application/json' });

/** @throws {TypeError} for a header that is not legal, or that belongs to the bus */
function collectHeaders(response: ServiceResponse, body: Body): Readonly<Record<string, string>> {
  if (typeof body === 'string' && isEmpty(response.headers)) return JSON_HEADERS;
  const own = validateResponseHeaders(response.headers);
  if (own['connection'] !== undefined) throw new TypeError('the header connection belongs to the bus');
  if (body !== undefined) own['content-type'] ??= getDefaultMediaType(body);
  return own;
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
  if (json === undefined) throw new InternalError(`a service answered with a ${typeof payload}, which cannot be JSON`);
  assertNoPromise(json, payload, `the payload of ${service}`);
  return json;
}

function stringify(payload: unknown): string | undefined {
  try {
    return JSON.stringify(payload);
  } catch (cause) {
    throw new InternalError('a service answered with a payload that cannot be JSON', { cause });
  }
}

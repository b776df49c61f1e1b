import type { Readable } from 'node:stream';
import { assertNoPromise, InternalError, validateResponseHeaders } from '@trunkline/failures';
import type { SerializedResponse } from '@trunkline/http-server';
import type { ServiceResponse } from '@trunkline/service';

type Body = SerializedResponse['body'];

/**
 * Serializes the response of a service: bytes unchanged, any other payload as JSON.
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

/**
 * Creates the response of a service that returned a stream.
 *
 * @param defaults - headers that the service may replace, by lower-case names
 * @throws {InternalError | TypeError} for an invalid header, an invalid status
 */
export function serializeStream(
  response: ServiceResponse,
  body: Readable,
  defaults: Readonly<Record<string, string>>,
): SerializedResponse {
  const { statusCode: status } = response;
  assertValidStatus(status);
  const { 'content-type': mediaType = 'application/octet-stream', ...headers } = {
    ...defaults,
    ...validateHeaders(response),
  };
  return { status, headers: { 'content-type': mediaType, ...headers }, body };
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
  const headers = validateHeaders(response);
  if (body !== undefined) headers['content-type'] ??= getDefaultMediaType(body);
  return headers;
}

/** @throws {TypeError} for an invalid header, or one that only the bus sets */
function validateHeaders(response: ServiceResponse): Record<string, string> {
  const headers = validateResponseHeaders(response.headers);
  if (headers['connection'] !== undefined) throw new TypeError('a service cannot set the header connection');
  return headers;
}

function isEmpty(headers: object): boolean {
  for (const name in headers) return name === undefined;
  return true;
}

function getDefaultMediaType(body: NonNullable<Body>): string {
  return typeof body === 'string' ? 'application/json' : 'application/octet-stream';
}

function serializeBody(payload: unknown, service: string): Body {
  if (payload === undefined || payload instanceof Uint8Array) return payload;
  return toJson(payload, service);
}

/**
 * @param service - its name, for errors
 * @throws {InternalError} for a value that JSON cannot represent, or that contains a promise
 */
export function toJson(payload: unknown, service: string): string {
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

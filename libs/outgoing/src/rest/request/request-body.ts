import { assertNoPromise } from '@trunkline/failures';
import { createBadRequest } from '../../http/request/bad-request';
import type { HttpMethod } from '../../http/request/http-method';
import { loadXmlCodec } from '../../http/xml/load-xml-codec';
import { createXmlBody } from '../../http/xml/xml-body';
import type { BodyFormat } from '../formats/body-format';
import { formatField, toFields } from '../formats/form-fields';
import { serializeMultipart } from '../formats/multipart';

/** A serialized body and its content type. */
export interface RequestBody {
  readonly body: string | Uint8Array | undefined;
  /** `undefined` where there is no body. */
  readonly contentType: string | undefined;
}

const NONE: RequestBody = { body: undefined, contentType: undefined };
const TEXT_TYPE = 'text/plain; charset=utf-8';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const XML_TYPE = 'application/xml; charset=utf-8';
const BINARY_TYPE = 'application/octet-stream';

const SERIALIZERS: Readonly<Record<BodyFormat, (body: unknown) => RequestBody>> = {
  json: serializeJson,
  form: serializeForm,
  multipart: serializeMultipart,
  xml: serializeXml,
  text: serializeText,
  binary: serializeBinary,
};

/**
 * Serializes a body in its format; `undefined` is no body.
 *
 * @param format - default: strings, bytes and `URLSearchParams` as they are, anything else as JSON
 * @throws {BusError} 400 `BAD_REQUEST` for a value that the format does not have
 * @throws {TypeError} for a value that cannot be JSON; for a stream or a form, which cannot be sent twice; for a GET or HEAD,
 * whose body servers ignore, or close the connection
 * @throws {InternalError} for a value that contains a promise
 */
export function serializeRequestBody(method: HttpMethod, body: unknown, format?: BodyFormat): RequestBody {
  if (body === undefined) return NONE;
  if (method === 'GET' || method === 'HEAD') throw new TypeError(`a ${method} has no body`);
  return format === undefined ? serializeByType(body) : SERIALIZERS[format](body);
}

function serializeByType(body: unknown): RequestBody {
  if (typeof body === 'string') return { body, contentType: TEXT_TYPE };
  if (body instanceof Uint8Array) return { body, contentType: BINARY_TYPE };
  if (body instanceof URLSearchParams) return { body: String(body), contentType: FORM_TYPE };
  return serializeJson(body);
}

function serializeJson(body: unknown): RequestBody {
  if (isStreamOrForm(body))
    throw new TypeError('a stream, blob or form cannot be the body of an outgoing call: read it first');
  const json: string | undefined = JSON.stringify(body);
  if (json === undefined) throw new TypeError(`the body of an outgoing call is a ${typeof body}, which cannot be JSON`);
  assertNoPromise(json, body, 'the body of an outgoing call');
  return { body: json, contentType: 'application/json' };
}

function serializeForm(body: unknown): RequestBody {
  if (body instanceof URLSearchParams) return { body: String(body), contentType: FORM_TYPE };
  const parameters = new URLSearchParams();
  for (const [name, value] of toFields(body, 'form')) parameters.append(name, formatField(name, value));
  return { body: String(parameters), contentType: FORM_TYPE };
}

function serializeXml(body: unknown): RequestBody {
  return { body: createXmlBody(() => loadXmlCodec().formatXml(body)), contentType: XML_TYPE };
}

function serializeText(body: unknown): RequestBody {
  if (typeof body === 'string') return { body, contentType: TEXT_TYPE };
  throw createBadRequest('the body of a call with the format text is a string');
}

function serializeBinary(body: unknown): RequestBody {
  if (body instanceof Uint8Array) return { body, contentType: BINARY_TYPE };
  if (body instanceof ArrayBuffer) return { body: new Uint8Array(body), contentType: BINARY_TYPE };
  throw createBadRequest('the body of a call with the format binary is a Uint8Array or an ArrayBuffer');
}

function isStreamOrForm(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  return (
    Symbol.asyncIterator in body || body instanceof Blob || body instanceof FormData || body instanceof ArrayBuffer
  );
}

import { createHash } from 'node:crypto';
import { createBadRequest } from '../../http/request/bad-request';
import type { HeaderValues } from '../../http/request/header-rules';
import { formatField, toFields } from './form-fields';

/** A file in a body of the format `multipart`. */
export interface FilePart {
  /** Text is sent as UTF-8. */
  readonly content: string | Uint8Array;
  /** Name of the file, as the upstream sees it. */
  readonly filename: string;
  /** Media type. Default: `application/octet-stream`. */
  readonly type?: string | undefined;
}

const MEDIA_TYPE = /^[\w.!#$&^+-]+\/[\w.!#$&^+-]+(?:[\t ]*;[\t ]*[\w.-]+=(?:[\w.+-]+|"[^"\\\r\n]*"))*$/;
const NEEDS_ESCAPE = /["\r\n]/g;
const ESCAPES: Readonly<Record<string, string>> = { '"': '%22', '\r': '%0D', '\n': '%0A' };

/**
 * Serializes fields and files as `multipart/form-data` (RFC 7578; names are escaped as in HTML, "multipart/form-data encoding algorithm").
 *
 * The boundary is a hash of the content: a repeated request has the same bytes, and the content cannot hold the boundary.
 *
 * @throws {BusError} 400 `BAD_REQUEST` for a value that is neither a scalar, bytes, nor a file, and for a type that is no media type
 */
export function serializeMultipart(body: unknown): { readonly body: Uint8Array; readonly contentType: string } {
  const parts = toFields(body, 'multipart').map(([name, value]) => serializePart(name, value));
  const hash = createHash('sha256');
  for (const { head, content } of parts) hash.update(`${head.length} ${content.length} `).update(head).update(content);
  const boundary = `trunkline-${hash.digest('hex').slice(0, 48)}`;
  const opening = Buffer.from(`--${boundary}\r\n`);
  const lineEnd = Buffer.from('\r\n');
  const chunks = parts.flatMap(({ head, content }) => [opening, head, content, lineEnd]);
  return {
    body: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]),
    contentType: `multipart/form-data; boundary=${boundary}`,
  };
}

/** @throws {BusError} 400 `BAD_REQUEST` for a `Content-Type` of the caller: it would replace the one with the boundary */
export function assertNoContentType(headers: HeaderValues = {}): void {
  if (Object.keys(headers).some((name) => name.toLowerCase() === 'content-type'))
    throw createBadRequest('the Content-Type of a call with the format multipart cannot be set');
}

interface SerializedPart {
  readonly head: Uint8Array;
  readonly content: Uint8Array;
}

function serializePart(name: string, value: unknown): SerializedPart {
  const field = `Content-Disposition: form-data; name="${escape(name)}"`;
  if (value instanceof Uint8Array) return serializeFile(field, { content: value, filename: name });
  if (isFilePart(value)) return serializeFile(field, value);
  return { head: Buffer.from(`${field}\r\n\r\n`), content: Buffer.from(formatField(name, value)) };
}

function serializeFile(
  field: string,
  { content, filename, type = 'application/octet-stream' }: FilePart,
): SerializedPart {
  if (!MEDIA_TYPE.test(type)) throw createBadRequest(`the type of the file ${filename} is not a media type`);
  const head = `${field}; filename="${escape(filename)}"\r\nContent-Type: ${type}\r\n\r\n`;
  return { head: Buffer.from(head), content: typeof content === 'string' ? Buffer.from(content) : content };
}

function isFilePart(value: unknown): value is FilePart {
  if (typeof value !== 'object' || value === null || !('content' in value) || !('filename' in value)) return false;
  const { content, filename } = value;
  return (typeof content === 'string' || content instanceof Uint8Array) && typeof filename === 'string';
}

function escape(text: string): string {
  return text.replaceAll(NEEDS_ESCAPE, (character) => ESCAPES[character] ?? character);
}

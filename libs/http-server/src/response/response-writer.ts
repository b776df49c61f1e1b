import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { closeEmptyBody } from '../body/unread-body';
import { chooseContentCoding, type ContentCoding, sendCompressed } from './compression';
import type { Representation } from './representation';
import { sendInOneWrite } from './single-write';
import { writeStream } from './stream-writer';
import { isNotModified } from './validators';

/** Prevents Fastify from adding a charset parameter, which JSON media types do not have (RFC 8259 §11). */
export const identitySerializer = (body: string): string => body;

/** Sends a JSON response of the bus itself. */
export function sendJson(reply: FastifyReply, body: object): FastifyReply {
  const headers = { 'content-type': 'application/json', 'x-request-id': reply.request.id };
  return reply.headers(headers).serializer(identitySerializer).send(JSON.stringify(body));
}

/** A response that is ready to be sent. */
export interface SerializedResponse {
  readonly status: number;
  /** Legal headers by lower-case names, `content-type` of the body included. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | Readable | undefined;
}

/** A response and its representation. */
interface ResponseToWrite {
  readonly response: SerializedResponse;
  readonly representation: Representation;
}

/** The members of a request that its response depends on. */
type RespondedRequest = Pick<FastifyRequest, 'id' | 'method' | 'responseHeaders' | 'headers' | 'head' | 'raw'>;

/** Sends the response of a handler, with the headers that earlier steps have set for the request. */
export function writeResponse(
  request: RespondedRequest,
  reply: FastifyReply,
  { response, representation }: ResponseToWrite,
): void {
  const { status, body } = response;
  const headers = mergeHeaders(request, response);
  if (typeof body === 'string') return writeText(request, reply, { status, headers, body, representation });
  if (body === undefined) return writeEmpty(reply, status, headers);
  if (body instanceof Readable) return writeStream(request, reply, { status, headers, body });
  const { etag: source } = representation;
  const isTagged = source !== 'none' && source !== 'weak' && isConditional(request, status);
  if (isTagged && isNotModified(request, { headers, body, source, coding: undefined }))
    return writeNotModified(reply, headers);
  reply.code(status).headers(headers).serializer(identitySerializer).send(body);
}

type HeaderFields = Record<string, string | number | string[]>;

/** Loops, because object spreads in a literal are slower. */
function mergeHeaders(
  { id, responseHeaders }: Pick<FastifyRequest, 'id' | 'responseHeaders'>,
  response: SerializedResponse,
): HeaderFields {
  const headers: HeaderFields = { 'x-request-id': id };
  for (const name in responseHeaders) headers[name] = responseHeaders[name] ?? '';
  for (const name in response.headers) {
    const value = response.headers[name] ?? '';
    const before = name === 'vary' || name === 'link' ? headers[name] : undefined;
    headers[name] = before === undefined ? value : appendToList(before, value);
  }
  return headers;
}

/** Several lines with the same name form one list (RFC 9110 §5.2). */
function appendToList(before: string | number | string[], value: string): string {
  return [before, value].flat().join(', ');
}

interface TextResponse {
  readonly status: number;
  readonly headers: HeaderFields;
  readonly body: string;
  readonly representation: Representation;
}

function writeText(request: RespondedRequest, reply: FastifyReply, text: TextResponse): void {
  const { status, headers, body, representation } = text;
  const isLarge = body.length >= representation.compressionThreshold;
  if (isLarge) addVaryHeader(headers);
  if (representation.etag !== 'none' && isConditional(request, status))
    return writeTagged(request, reply, { ...text, isLarge });
  if (isLarge) return writeCompressed(reply, text);
  writePlain(request, reply, text);
}

/** Sends a response with its `ETag`, in a content coding that is part of it. */
function writeTagged(
  request: RespondedRequest,
  reply: FastifyReply,
  text: TextResponse & { readonly isLarge: boolean },
): void {
  const { headers, body, isLarge } = text;
  const coding = isLarge && headers['content-encoding'] === undefined ? chooseContentCoding(request) : undefined;
  const { etag: source } = text.representation;
  if (isNotModified(request, { headers, body, source, coding })) return writeNotModified(reply, headers);
  if (coding) return writeCompressed(reply, text, coding);
  writePlain(request, reply, text);
}

function writePlain(request: RespondedRequest, reply: FastifyReply, text: TextResponse): void {
  const { status, headers, body } = text;
  if (request.method === 'HEAD') reply.code(status).headers(headers).serializer(identitySerializer).send(body);
  else writeDirectly(request, reply, text);
}

/** Whether the preconditions of a request apply: it reads, and succeeds with the whole representation. */
function isConditional({ method }: Pick<FastifyRequest, 'method'>, status: number): boolean {
  return status === 200 && (method === 'GET' || method === 'HEAD');
}

/**
 * Responds with 304 to a client that has the current body: without the headers that describe it, except those by which a cache finds and
 * updates it (RFC 9110 §15.4.5). `Last-Modified` is one of them where there is no `ETag`.
 */
function writeNotModified(reply: FastifyReply, headers: TextResponse['headers']): void {
  for (const name of BODY_DESCRIPTIONS) Reflect.deleteProperty(headers, name);
  if (headers['etag'] !== undefined) Reflect.deleteProperty(headers, 'last-modified');
  writeEmpty(reply, 304, headers);
}

const BODY_DESCRIPTIONS = [
  'accept-ranges',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-range',
  'content-type',
];

/** Fastify would send a `content-length` for HEAD, which a 204 must not have, and a 304 only for the whole body (RFC 9110 §8.6). */
function writeEmpty(reply: FastifyReply, status: number, headers: TextResponse['headers']): void {
  reply.hijack();
  if (status !== 204 && status !== 304) headers['content-length'] = 0;
  reply.raw.writeHead(status, headers);
  reply.raw.end();
}

/** Tells caches that the body varies, also on a response without a body. */
function addVaryHeader(headers: TextResponse['headers']): void {
  const vary = headers['vary'];
  headers['vary'] = vary === undefined ? 'accept-encoding' : appendToList(vary, 'accept-encoding');
}

/**
 * Sends a body in the content coding that the client prefers; unchanged if the handler has encoded it.
 *
 * @param coding - the only one allowed. Default: any
 */
function writeCompressed(reply: FastifyReply, { status, headers, body }: TextResponse, coding?: ContentCoding): void {
  reply.code(status).headers(headers).serializer(identitySerializer);
  if (headers['content-encoding'] === undefined) sendCompressed(reply, body, coding);
  else reply.send(body);
}

/** Bypasses Fastify's reply, whose lookup of hooks and serializers is a noticeable part of a request's cost. */
function writeDirectly(request: RespondedRequest, reply: FastifyReply, { status, headers, body }: TextResponse): void {
  reply.hijack();
  closeEmptyBody(request.raw, request.head);
  const { raw } = reply;
  const bytes = Buffer.byteLength(body);
  headers['content-length'] = bytes;
  if (bytes === body.length) return sendInOneWrite(raw, { status, headers, body });
  raw.writeHead(status, headers);
  raw.end(body);
}

import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createEtag, matchesEtag } from './etag';
import type { Representation } from './representation';

/** Keeps Fastify from adding a charset, which JSON media types do not have (RFC 8259 §11). */
export const identitySerializer = (body: string): string => body;

/** Sends what the bus itself has to say. */
export function sendJson(reply: FastifyReply, body: object): FastifyReply {
  const headers = { 'content-type': 'application/json', 'x-request-id': reply.request.id };
  return reply.headers(headers).serializer(identitySerializer).send(JSON.stringify(body));
}

/** What a service answered, as it can be sent. */
export interface SerializedResponse {
  readonly status: number;
  /** Lower-case names, all legal: those of the service, and what its body is. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | Readable | undefined;
}

/** What is sent, and in which form. */
export interface ResponseToWrite {
  readonly response: SerializedResponse;
  readonly representation: Representation;
}

/** Sends an answer, with what the steps before have to say to the client. */
export function writeResponse(
  request: Pick<FastifyRequest, 'id' | 'method' | 'responseHeaders' | 'headers'>,
  reply: FastifyReply,
  { response, representation }: ResponseToWrite,
): void {
  const { status, body } = response;
  const headers = mergeHeaders(request, response);
  if (typeof body === 'string') return writeText(request, reply, { status, headers, body, representation });
  if (body === undefined) return writeEmpty(reply, status, headers);
  reply.code(status).headers(headers).serializer(identitySerializer).send(body);
}

type HeaderFields = Record<string, string | number | string[]>;

/** Written one after the other: two spreads in a literal cost twice as much. */
function mergeHeaders(
  { id, responseHeaders }: Pick<FastifyRequest, 'id' | 'responseHeaders'>,
  answer: SerializedResponse,
): HeaderFields {
  const headers: HeaderFields = { 'x-request-id': id };
  for (const name in responseHeaders) headers[name] = responseHeaders[name] ?? '';
  for (const name in answer.headers) {
    const value = answer.headers[name] ?? '';
    const before = name === 'vary' || name === 'link' ? headers[name] : undefined;
    headers[name] = before === undefined ? value : appendToList(before, value);
  }
  return headers;
}

/** Several lines of one name are one list (RFC 9110 §5.2). */
function appendToList(before: string | number | string[], value: string): string {
  return [before, value].flat().join(', ');
}

interface TextResponse {
  readonly status: number;
  readonly headers: HeaderFields;
  readonly body: string;
  readonly representation: Representation;
}

function writeText(request: Pick<FastifyRequest, 'method' | 'headers'>, reply: FastifyReply, text: TextResponse): void {
  const { status, headers, body, representation } = text;
  const isLarge = body.length >= representation.compressionThreshold;
  if (isLarge) addVaryHeader(headers);
  if (representation.hasEtag && status === 200 && isSafeMethod(request.method)) {
    headers['etag'] ??= createEtag(body);
    const known = request.headers['if-none-match'];
    if (known !== undefined && matchesEtag(known, String(headers['etag']))) return writeNotModified(reply, headers);
  }
  if (isLarge) return writeCompressed(reply, text);
  if (request.method === 'HEAD') reply.code(status).headers(headers).serializer(identitySerializer).send(body);
  else writeDirectly(reply, text);
}

function isSafeMethod(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** The client has it already. Of the headers, those go that describe a body (RFC 9110 §15.4.5). */
function writeNotModified(reply: FastifyReply, headers: TextResponse['headers']): void {
  const { 'content-type': _type, 'content-length': _length, ...rest } = headers;
  writeEmpty(reply, 304, rest);
}

/** Fastify would tell those who ask by HEAD of a length that a 204 never has, and a 304 only that of the whole answer (RFC 9110 §8.6). */
function writeEmpty(reply: FastifyReply, status: number, headers: TextResponse['headers']): void {
  reply.hijack();
  if (status !== 204 && status !== 304) headers['content-length'] = 0;
  reply.raw.writeHead(status, headers);
  reply.raw.end();
}

/** Caches are told that there are several, also by an answer without its body. */
function addVaryHeader(headers: TextResponse['headers']): void {
  const vary = headers['vary'];
  headers['vary'] = vary === undefined ? 'accept-encoding' : appendToList(vary, 'accept-encoding');
}

/** In the coding that the client likes best, if any. */
function writeCompressed(reply: FastifyReply, { status, headers, body }: TextResponse): void {
  reply.code(status).headers(headers).serializer(identitySerializer);
  if (headers['content-encoding'] === undefined) reply.routeOptions.config.compressTo?.(reply, body);
  else reply.send(body);
}

/** Past Fastify's own way of replying, which looks for hooks and serializers that channels do not have: 4 µs of 30. */
function writeDirectly(reply: FastifyReply, { status, headers, body }: TextResponse): void {
  reply.hijack();
  headers['content-length'] = Buffer.byteLength(body);
  reply.raw.writeHead(status, headers);
  reply.raw.end(body);
}

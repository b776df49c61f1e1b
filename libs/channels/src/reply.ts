import { Readable } from 'node:stream';
import { assertNoPromise, InternalError, legalHeaders } from '@trunkline/failures';
import type { ServiceResponse } from '@trunkline/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { etagOf, isKnown } from './representation/etag';
import type { Representation } from './representation/representation';

/** Keeps Fastify from adding a charset, which JSON media types do not have (RFC 8259 §11). */
export const asItIs = (body: string): string => body;

/** Sends what the bus itself has to say. */
export function sendJson(reply: FastifyReply, body: object): FastifyReply {
  const headers = { 'content-type': 'application/json', 'x-request-id': reply.request.id };
  return reply.headers(headers).serializer(asItIs).send(JSON.stringify(body));
}

/** What a service answered, as it can be sent. */
export interface ReadyAnswer {
  readonly status: number;
  /** Lower-case names, all legal: those of the service, and what its body is. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

/**
 * Makes an answer of what a service gave: its payload as JSON, or as it is where it is a Buffer or a stream. Nothing is sent.
 *
 * @param service - whose answer it is, for the log
 * @throws {InternalError | TypeError} for a payload that cannot be JSON or holds a promise, a header that is not legal, a status that is none
 */
export function readyAnswer(response: ServiceResponse, payload: unknown, service: string): ReadyAnswer {
  const { statusCode } = response;
  assertStatus(statusCode);
  const body = bodyOf(payload, service);
  const headers = headersOf(response, body);
  return { status: body === undefined && statusCode === 200 ? 204 : statusCode, headers, body };
}

/** What is sent, and in which form. */
export interface Sending {
  readonly answer: ReadyAnswer;
  readonly representation: Representation;
}

/** Sends an answer, with what the steps before have to say to the client. */
export function sendAnswer(
  request: Pick<FastifyRequest, 'id' | 'method' | 'answerHeaders' | 'headers'>,
  reply: FastifyReply,
  { answer, representation }: Sending,
): void {
  const { status, body } = answer;
  const headers = headersFor(request, answer);
  if (typeof body === 'string') return sendText(request, reply, { status, headers, body, representation });
  if (body === undefined) return sendNothing(reply, status, headers);
  reply.code(status).headers(headers).serializer(asItIs).send(body);
}

type SentHeaders = Record<string, string | number | string[]>;

/** Written one after the other: two spreads in a literal cost twice as much. */
function headersFor(
  { id, answerHeaders }: Pick<FastifyRequest, 'id' | 'answerHeaders'>,
  answer: ReadyAnswer,
): SentHeaders {
  const headers: SentHeaders = { 'x-request-id': id };
  for (const name in answerHeaders) headers[name] = answerHeaders[name] ?? '';
  for (const name in answer.headers) {
    const value = answer.headers[name] ?? '';
    const before = name === 'vary' || name === 'link' ? headers[name] : undefined;
    headers[name] = before === undefined ? value : addToList(before, value);
  }
  return headers;
}

/** Several lines of one name are one list (RFC 9110 §5.2). */
function addToList(before: string | number | string[], value: string): string {
  return [before, value].flat().join(', ');
}

function assertStatus(statusCode: number): void {
  if (Number.isInteger(statusCode) && statusCode >= 200 && statusCode <= 599) return;
  throw new InternalError(`a service set the status ${statusCode}: it must be a whole number from 200 to 599`);
}

/** Most services set no headers. */
const OF_JSON = Object.freeze({ 'content-type': 'application/json' });

type Body = string | Uint8Array | Readable | undefined;

/** @throws {TypeError} for a header that is not legal, or that belongs to the bus */
function headersOf(response: ServiceResponse, body: Body): Readonly<Record<string, string>> {
  if (typeof body === 'string' && isEmpty(response.headers)) return OF_JSON;
  const own = legalHeaders(response.headers);
  if (own['connection'] !== undefined) throw new TypeError('the header connection belongs to the bus');
  if (body !== undefined) own['content-type'] ??= mediaTypeOf(body);
  return own;
}

function isEmpty(headers: object): boolean {
  for (const name in headers) return name === undefined;
  return true;
}

function mediaTypeOf(body: string | Uint8Array | Readable): string {
  return typeof body === 'string' ? 'application/json' : 'application/octet-stream';
}

interface Text {
  readonly status: number;
  readonly headers: SentHeaders;
  readonly body: string;
  readonly representation: Representation;
}

function sendText(request: Pick<FastifyRequest, 'method' | 'headers'>, reply: FastifyReply, text: Text): void {
  const { status, headers, body, representation } = text;
  const isLarge = body.length >= representation.compressFrom;
  if (isLarge) tellOfCodings(headers);
  if (representation.hasEtag && status === 200 && isSafe(request.method)) {
    headers['etag'] ??= etagOf(body);
    const known = request.headers['if-none-match'];
    if (known !== undefined && isKnown(known, String(headers['etag']))) return sendNotModified(reply, headers);
  }
  if (isLarge) return sendLarge(reply, text);
  if (request.method === 'HEAD') reply.code(status).headers(headers).serializer(asItIs).send(body);
  else sendAtOnce(reply, text);
}

function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** The client has it already. Of the headers, those go that describe a body (RFC 9110 §15.4.5). */
function sendNotModified(reply: FastifyReply, headers: Text['headers']): void {
  const { 'content-type': _type, 'content-length': _length, ...rest } = headers;
  sendNothing(reply, 304, rest);
}

/** Fastify would tell those who ask by HEAD of a length that a 204 never has, and a 304 only that of the whole answer (RFC 9110 §8.6). */
function sendNothing(reply: FastifyReply, status: number, headers: Text['headers']): void {
  reply.hijack();
  if (status !== 204 && status !== 304) headers['content-length'] = 0;
  reply.raw.writeHead(status, headers);
  reply.raw.end();
}

/** Caches are told that there are several, also by an answer without its body. */
function tellOfCodings(headers: Text['headers']): void {
  const vary = headers['vary'];
  headers['vary'] = vary === undefined ? 'accept-encoding' : addToList(vary, 'accept-encoding');
}

/** In the coding that the client likes best, if any. */
function sendLarge(reply: FastifyReply, { status, headers, body }: Text): void {
  reply.code(status).headers(headers).serializer(asItIs);
  if (headers['content-encoding'] === undefined) reply.routeOptions.config.compressTo?.(reply, body);
  else reply.send(body);
}

/** Past Fastify's own way of replying, which looks for hooks and serializers that channels do not have: 4 µs of 30. */
function sendAtOnce(reply: FastifyReply, { status, headers, body }: Text): void {
  reply.hijack();
  headers['content-length'] = Buffer.byteLength(body);
  reply.raw.writeHead(status, headers);
  reply.raw.end(body);
}

function bodyOf(payload: unknown, service: string): Body {
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

import { validateHeaderName, validateHeaderValue } from 'node:http';
import { Readable } from 'node:stream';
import { InternalError } from '@trunkline/failures';
import type { ServiceResponse } from '@trunkline/service';
import type { FastifyReply } from 'fastify';

/** Keeps Fastify from adding a charset, which JSON media types do not have (RFC 8259 §11). */
export const asItIs = (body: string): string => body;

/** Sends what the bus itself has to say. */
export function sendJson(reply: FastifyReply, body: object): FastifyReply {
  return reply.header('content-type', 'application/json').serializer(asItIs).send(JSON.stringify(body));
}

/** They frame the message or belong to the connection: the bus sets them itself (RFC 9110 §7.6.1). */
const OURS = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-request-id',
]);

/**
 * Sends what a service answered: its payload as JSON, or as it is where it is a Buffer or a stream. Nothing has been sent when
 * it throws.
 *
 * @throws {InternalError} for a payload that cannot be JSON, a header that is not legal, a status that is none
 */
export function sendResponse(reply: FastifyReply, response: ServiceResponse, payload: unknown): void {
  const { statusCode } = response;
  if (!Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599) {
    throw new InternalError(`a service set the status ${statusCode}: it must be a whole number from 200 to 599`);
  }
  const body = bodyOf(payload);
  for (const name in response.headers) setHeader(reply, name, response.headers[name]);
  if (body === undefined) {
    reply.code(statusCode === 200 ? 204 : statusCode).send();
    return;
  }
  if (!reply.hasHeader('content-type'))
    reply.header('content-type', typeof body === 'string' ? 'application/json' : 'application/octet-stream');
  reply.code(statusCode).serializer(asItIs).send(body);
}

function bodyOf(payload: unknown): string | Uint8Array | Readable | undefined {
  if (payload === undefined || payload instanceof Uint8Array || payload instanceof Readable) return payload;
  const json = stringify(payload);
  if (json === undefined) throw new InternalError(`a service answered with a ${typeof payload}, which cannot be JSON`);
  return json;
}

function stringify(payload: unknown): string | undefined {
  try {
    return JSON.stringify(payload);
  } catch (cause) {
    throw new InternalError('a service answered with a payload that cannot be JSON', { cause });
  }
}

function setHeader(reply: FastifyReply, name: string, value: string | undefined): void {
  if (value === undefined) return;
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch (cause) {
    throw new InternalError('a service set a header that is not legal', { cause });
  }
  if (OURS.has(name.toLowerCase()))
    throw new InternalError(`a service set the header ${name}, which belongs to the bus`);
  reply.header(name, value);
}

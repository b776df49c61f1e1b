import { validateHeaderValue } from 'node:http';
import { isReservedHeader } from '@trunkline/failures';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Headers of every response to a request, by their lower-case names. */
export type ResponseHeaders = Record<string, string | string[]>;

/** They describe a body, or how long it may be stored: on an error answer they would describe another one (RFC 9110 §8, RFC 9111 §5). */
const BODY_HEADERS: ReadonlySet<string> = new Set([
  'accept-ranges',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'etag',
  'expires',
  'last-modified',
  'location',
  'transfer-encoding',
]);

/**
 * Notes the headers that guards and interceptors have set on a reply, so that every response to the request has them.
 *
 * @throws {TypeError} for a value that is not legal
 */
export function saveReplyHeaders(request: Pick<FastifyRequest, 'responseHeaders'>, reply: FastifyReply): void {
  if (reply.sent) return;
  const kept: ResponseHeaders = { ...request.responseHeaders };
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value === undefined || name === 'connection' || isReservedHeader(name)) continue;
    const texts = Array.isArray(value) ? value.map(String) : String(value);
    for (const text of [texts].flat()) validateHeaderValue(name, text);
    kept[name] = texts;
    // A cookie that stands on the reply already would be added to it, and not replaced.
    reply.removeHeader(name);
  }
  request.responseHeaders = kept;
}

/**
 * Takes from a reply what describes the response that is not given, as an error is given instead. That the connection ends is said by
 * the edge when the bus does, and by Fastify for every body that it cannot take, also where it has read all of it.
 */
export function removeBodyHeaders(reply: FastifyReply): void {
  const isClosing = reply.raw.hasHeader('connection') || !reply.raw.req.complete;
  if (!isClosing) reply.removeHeader('connection');
  for (const name of Object.keys(reply.getHeaders())) if (BODY_HEADERS.has(name)) reply.removeHeader(name);
}

const DELAY_SECONDS = /^\d{1,10}$/;

/**
 * Seconds after which the application has told the client to come back, by a `Retry-After` of its guards; the longest, where several
 * limits have one each under a name of their own (`Retry-After-short`).
 */
export function findRetryAfter(
  { responseHeaders }: Pick<FastifyRequest, 'responseHeaders'>,
  reply: FastifyReply,
): number | undefined {
  const delays = Object.entries({ ...reply.getHeaders(), ...responseHeaders }).flatMap(([name, value]) =>
    name.startsWith('retry-after') ? [parseDelay(String(value))] : [],
  );
  const known = delays.filter((seconds) => seconds !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}

/** It may be a date, too (RFC 9110 §10.2.3). */
function parseDelay(value: string): number | undefined {
  if (DELAY_SECONDS.test(value)) return Number(value);
  const ms = Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, Math.ceil(ms / 1_000));
}

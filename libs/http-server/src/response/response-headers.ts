import { validateHeaderValue } from 'node:http';
import { isReservedHeader } from '@trunkline/failures';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Headers of every response to a request, by their lower-case names. */
export type ResponseHeaders = Record<string, string | string[]>;

/** Headers that describe a body or its lifetime in caches (RFC 9110 §8, RFC 9111 §5); an error response has another body. */
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
const DELAY_SECONDS = /^\d{1,10}$/;

/**
 * Moves the headers that guards and interceptors have set on a reply to the request, so that every response to it has them.
 *
 * @throws {TypeError} for an illegal value
 */
export function saveReplyHeaders(request: Pick<FastifyRequest, 'responseHeaders'>, reply: FastifyReply): void {
  if (reply.sent) return;
  const kept: ResponseHeaders = { ...request.responseHeaders };
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value === undefined || name === 'connection' || isReservedHeader(name)) continue;
    const texts = Array.isArray(value) ? value.map(String) : String(value);
    for (const text of [texts].flat()) validateHeaderValue(name, text);
    kept[name] = texts;
    // Fastify appends to an existing `set-cookie` instead of replacing it.
    reply.removeHeader(name);
  }
  request.responseHeaders = kept;
}

/**
 * Removes the headers of a successful response from a reply, before an error response is sent on it. `connection` stays if the listener has
 * set it or the body is incomplete: Fastify also sets it for rejected bodies that it has read completely.
 */
export function removeBodyHeaders(reply: FastifyReply): void {
  const isClosing = reply.raw.hasHeader('connection') || !reply.raw.req.complete;
  if (!isClosing) reply.removeHeader('connection');
  for (const name of Object.keys(reply.getHeaders())) if (BODY_HEADERS.has(name)) reply.removeHeader(name);
}

/**
 * Finds the delay in seconds that guards of the application have set as `Retry-After`: the longest one, as several limits may each have a
 * header, such as `Retry-After-short`.
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

/** Parses a number of seconds or an HTTP date (RFC 9110 §10.2.3). */
function parseDelay(value: string): number | undefined {
  if (DELAY_SECONDS.test(value)) return Number(value);
  const ms = Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, Math.ceil(ms / 1_000));
}

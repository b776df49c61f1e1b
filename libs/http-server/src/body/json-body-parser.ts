import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createMissingTypeFailure } from './media-type';
import { type JsonLimits, parseStrictJson } from './strict-json';

/**
 * Makes a Fastify instance read every body as strict JSON: channels have refused others before. A body of no bytes is no body, however
 * it is framed: a proxy may have sent on the one as the other (RFC 9112 §6.3).
 */
export function registerJsonBodyParser(front: FastifyInstance, limits: JsonLimits): void {
  front.removeAllContentTypeParsers();
  // Fastify remembers the parser of a type that it knows by name; for '*' it takes the header apart again for every body.
  for (const type of ['application/json', '*']) {
    front.addContentTypeParser(type, { parseAs: 'buffer' }, (request, body, done) => {
      try {
        done(null, body.length === 0 ? undefined : parseBody(request, body, limits));
      } catch (refusal) {
        done(refusal instanceof Error ? refusal : null);
      }
    });
  }
}

function parseBody({ head, method }: FastifyRequest, body: string | Buffer, limits: JsonLimits): unknown {
  if (head.contentType === undefined) throw createMissingTypeFailure(method);
  return parseStrictJson(typeof body === 'string' ? Buffer.from(body) : body, limits);
}

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createMissingTypeFailure } from './media-type';
import { type JsonLimits, parseStrictJson } from './strict-json';

/**
 * Makes a Fastify instance parse every body as strict JSON; earlier steps reject other media types. An empty body is no body, however it is
 * framed, as proxies may change the framing (RFC 9112 §6.3).
 */
export function registerJsonBodyParser(server: FastifyInstance, limits: JsonLimits): void {
  server.removeAllContentTypeParsers();
  // Fastify finds the parser of a registered type at once; for '*' it parses the header again for every body.
  for (const type of ['application/json', '*']) {
    server.addContentTypeParser(type, { parseAs: 'buffer' }, (request, body, done) => {
      try {
        done(null, body.length === 0 ? undefined : parseBody(request, body, limits));
      } catch (thrown) {
        done(thrown instanceof Error ? thrown : null);
      }
    });
  }
}

function parseBody({ head, method }: FastifyRequest, body: string | Buffer, limits: JsonLimits): unknown {
  if (head.contentType === undefined) throw createMissingTypeFailure(method);
  return parseStrictJson(typeof body === 'string' ? Buffer.from(body) : body, limits);
}

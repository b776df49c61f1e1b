import type { FastifyInstance } from 'fastify';
import { type JsonLimits, parseStrictJson } from './strict-json';

/** Makes a Fastify instance read every body as strict JSON: channels have refused others before. */
export function readJsonBodies(front: FastifyInstance, limits: JsonLimits): void {
  front.removeAllContentTypeParsers();
  // Fastify remembers the parser of a type that it knows by name; for '*' it takes the header apart again for every body.
  for (const type of ['application/json', '*']) {
    front.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) => {
      try {
        done(null, parseStrictJson(typeof body === 'string' ? Buffer.from(body) : body, limits));
      } catch (refusal) {
        done(refusal instanceof Error ? refusal : null);
      }
    });
  }
}

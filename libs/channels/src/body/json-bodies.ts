import type { FastifyInstance } from 'fastify';
import { type JsonLimits, parseStrictJson } from './strict-json';

/** Makes a Fastify instance read every body as strict JSON: channels have refused others before. */
export function readJsonBodies(front: FastifyInstance, limits: JsonLimits): void {
  front.removeAllContentTypeParsers();
  front.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseStrictJson(Buffer.from(body), limits));
    } catch (refusal) {
      done(refusal instanceof Error ? refusal : null);
    }
  });
}

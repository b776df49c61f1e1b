import type { FastifyInstance } from 'fastify';
import { assertReadableBody } from './media-type';
import { type JsonLimits, parseStrictJson } from './strict-json';

/** Makes a Fastify instance read strict JSON, and refuse every other body before it is read. */
export function readJsonBodies(front: FastifyInstance, limits: JsonLimits): void {
  front.removeAllContentTypeParsers();
  front.addHook('preParsing', (request, _reply, payload, done) => {
    const { 'content-type': contentType, 'content-encoding': contentEncoding } = request.headers;
    try {
      if (contentType !== undefined) assertReadableBody(contentType, contentEncoding);
      done(null, payload);
    } catch (refusal) {
      done(refusal instanceof Error ? refusal : null);
    }
  });
  front.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseStrictJson(Buffer.from(body), limits));
    } catch (refusal) {
      done(refusal instanceof Error ? refusal : null);
    }
  });
}

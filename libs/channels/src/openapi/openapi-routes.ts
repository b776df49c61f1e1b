import type { FastifyInstance, FastifyReply } from 'fastify';
import { identitySerializer } from '@trunkline/http-server';
import { renderDocsPage } from './docs-page/docs-page';
import type { OpenApiDocument } from './openapi-document';

/** Where the description of a bus is to be had. */
export interface OpenApiPaths {
  /** Path of the document. */
  readonly document: string;
  /** Path of the page for people; `undefined`: there is none. */
  readonly docs: string | undefined;
}

/** The description of a bus, and where it is served. */
export interface ServedOpenApi {
  readonly paths: OpenApiPaths;
  /** Makes the document; asked once, when somebody first wants to see it, so that the start does not wait for it. */
  readonly createDocument: () => OpenApiDocument;
}

/** The page needs nothing but its own style, and nobody may put it in a frame. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Serves the document and the page that shows it, unless a channel has their paths. */
export function registerOpenApiRoutes(front: FastifyInstance, { paths, createDocument }: ServedOpenApi): void {
  const links = formatServiceLinks(paths);
  const headers = { 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff', link: links };
  const serve = (url: string | undefined, mediaType: string, make: () => string) => {
    if (url === undefined || front.hasRoute({ method: 'GET', url })) return;
    const text = memoize(make);
    const answer = (reply: FastifyReply) =>
      reply.headers({ ...headers, 'content-type': mediaType, 'x-request-id': reply.request.id });
    front.get(url, (_request, reply) =>
      answer(reply)
        .header('content-security-policy', CONTENT_SECURITY_POLICY)
        .serializer(identitySerializer)
        .send(text()),
    );
  };
  serve(paths.document, 'application/json', () => JSON.stringify(createDocument()));
  serve(paths.docs, 'text/html; charset=utf-8', () => renderDocsPage(createDocument(), paths.document));
}

/** Says in a `Link` header where the description is (RFC 8631 §4). */
export function formatServiceLinks({ document, docs }: OpenApiPaths): string {
  const machine = `<${document}>; rel="service-desc"; type="application/json"`;
  return docs === undefined ? machine : `${machine}, <${docs}>; rel="service-doc"; type="text/html"`;
}

function memoize(make: () => string): () => string {
  let made: string | undefined;
  return () => (made ??= make());
}

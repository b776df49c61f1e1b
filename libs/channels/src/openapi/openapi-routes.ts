import type { FastifyInstance, FastifyReply } from 'fastify';
import { identitySerializer } from '@trunkline/http-server';
import type * as DocsPage from './docs-page/docs-page';
import type { OpenApiDocument } from './openapi-document';

/** The paths of the OpenAPI document and its page. */
export interface OpenApiPaths {
  /** Path of the document. */
  readonly document: string;
  /** Path of the documentation page; `undefined`: there is none. */
  readonly docs: string | undefined;
}

/** The OpenAPI document of a bus, with its paths. */
export interface ServedOpenApi {
  readonly paths: OpenApiPaths;
  /** Creates the document. Called on the first request for it, so that it does not delay the start. */
  readonly createDocument: () => OpenApiDocument;
}

/** The page has inline styles only, and no other page may frame it. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Registers the document and its page, unless a channel has their paths. */
export function registerOpenApiRoutes(server: FastifyInstance, { paths, createDocument }: ServedOpenApi): void {
  const links = formatServiceLinks(paths);
  const headers = { 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff', link: links };
  const serve = (url: string | undefined, mediaType: string, create: () => string) => {
    if (url === undefined || server.hasRoute({ method: 'GET', url })) return;
    const text = memoize(create);
    const setHeaders = (reply: FastifyReply) =>
      reply.headers({ ...headers, 'content-type': mediaType, 'x-request-id': reply.request.id });
    server.get(url, (_request, reply) =>
      setHeaders(reply)
        .header('content-security-policy', CONTENT_SECURITY_POLICY)
        .serializer(identitySerializer)
        .send(text()),
    );
  };
  serve(paths.document, 'application/json', () => JSON.stringify(createDocument()));
  serve(paths.docs, 'text/html; charset=utf-8', () => {
    // oxlint-disable-next-line typescript/no-require-imports -- loaded by the first request for the page
    const { renderDocsPage }: typeof DocsPage = require('./docs-page/docs-page');
    return renderDocsPage(createDocument(), paths.document);
  });
}

/** Formats the `Link` header that refers to the description (RFC 8631 §4). */
export function formatServiceLinks({ document, docs }: OpenApiPaths): string {
  const link = `<${document}>; rel="service-desc"; type="application/json"`;
  return docs === undefined ? link : `${link}, <${docs}>; rel="service-doc"; type="text/html"`;
}

function memoize(create: () => string): () => string {
  let result: string | undefined;
  return () => (result ??= create());
}

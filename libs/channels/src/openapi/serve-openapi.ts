import type { FastifyInstance, FastifyReply } from 'fastify';
import { asItIs } from '../reply';
import { docsPage } from './docs-page/docs-page';
import type { OpenApiDocument } from './openapi-document';

/** Where the description of a bus is to be had. */
export interface OpenApiPlaces {
  /** Path of the document. */
  readonly document: string;
  /** Path of the page for people; `undefined`: there is none. */
  readonly docs: string | undefined;
}

/** The description of a bus, and where it is served. */
export interface ServedOpenApi {
  readonly at: OpenApiPlaces;
  /** Makes the document; asked once, when somebody first wants to see it, so that the start does not wait for it. */
  readonly document: () => OpenApiDocument;
}

/** The page needs nothing but its own style, and nobody may put it in a frame. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Serves the document and the page that shows it, unless a channel has their paths. */
export function serveOpenApi(front: FastifyInstance, { at, document }: ServedOpenApi): void {
  const links = serviceLinks(at);
  const headers = { 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff', link: links };
  const serve = (url: string | undefined, mediaType: string, make: () => string) => {
    if (url === undefined || front.hasRoute({ method: 'GET', url })) return;
    const text = once(make);
    const answer = (reply: FastifyReply) =>
      reply.headers({ ...headers, 'content-type': mediaType, 'x-request-id': reply.request.id });
    front.get(url, (_request, reply) =>
      answer(reply).header('content-security-policy', POLICY).serializer(asItIs).send(text()),
    );
  };
  serve(at.document, 'application/json', () => JSON.stringify(document()));
  serve(at.docs, 'text/html; charset=utf-8', () => docsPage(document(), at.document));
}

/** Says in a `Link` header where the description is (RFC 8631 §4). */
export function serviceLinks({ document, docs }: OpenApiPlaces): string {
  const machine = `<${document}>; rel="service-desc"; type="application/json"`;
  return docs === undefined ? machine : `${machine}, <${docs}>; rel="service-doc"; type="text/html"`;
}

function once(make: () => string): () => string {
  let made: string | undefined;
  return () => (made ??= make());
}

import { type ErrorCatalogue, createErrorDocument, renderErrorPage, createFailure } from '@trunkline/failures';
import type { FastifyInstance } from 'fastify';
import { sendJson } from './response-writer';

/** Paths and links of the error pages. */
interface ErrorPagesOptions {
  /** Path prefix of the pages, such as `/errors/`; the slug of an error follows. */
  readonly basePath: string;
  /** `Link` header to the description of the bus; `undefined`: none. */
  readonly linkHeader: string | undefined;
}

/** Registers the pages that the `type` members of problem documents link to, as HTML for browsers and as JSON for programs. */
export function registerErrorPages(
  server: FastifyInstance,
  catalogue: ErrorCatalogue,
  { basePath, linkHeader }: ErrorPagesOptions,
): void {
  server.get<{ Params: { slug: string } }>(`${basePath}:slug`, (request, reply) => {
    const entry = catalogue.find(request.params.slug);
    if (!entry) throw createFailure('RESOURCE_NOT_FOUND');
    reply.header('x-request-id', request.id).header('vary', 'accept').header('x-content-type-options', 'nosniff');
    if (linkHeader !== undefined) reply.header('link', linkHeader);
    if (request.headers.accept?.includes('text/html')) {
      return reply
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
        .type('text/html; charset=utf-8')
        .send(renderErrorPage(entry));
    }
    return sendJson(reply, createErrorDocument(entry));
  });
}

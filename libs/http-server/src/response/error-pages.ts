import { type ErrorCatalogue, createErrorDocument, renderErrorPage, createFailure } from '@trunkline/failures';
import type { FastifyInstance } from 'fastify';
import { sendJson } from './response-writer';

/** Where the pages of the errors are, and what they lead to. */
interface ErrorPagesOptions {
  /** The path that slugs are appended to, such as `/errors/`. */
  readonly basePath: string;
  /** Where the bus is described, as a `Link` header. */
  readonly linkHeader: string | undefined;
}

/**
 * The pages that the `type` links of problem documents lead to: HTML for a browser, JSON for a program.
 */
export function registerErrorPages(
  front: FastifyInstance,
  catalogue: ErrorCatalogue,
  { basePath, linkHeader }: ErrorPagesOptions,
): void {
  front.get<{ Params: { slug: string } }>(`${basePath}:slug`, (request, reply) => {
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

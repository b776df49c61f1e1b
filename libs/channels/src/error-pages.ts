import { type ErrorCatalogue, catalogueDocument, cataloguePage, failureOf } from '@trunkline/failures';
import type { FastifyInstance } from 'fastify';
import { sendJson } from './reply';

/** Where the pages of the errors are, and what they lead to. */
interface ErrorPages {
  /** The path that slugs are appended to, such as `/errors/`. */
  readonly at: string;
  /** Where the bus is described, as a `Link` header. */
  readonly links: string | undefined;
}

/**
 * The pages that the `type` links of problem documents lead to: HTML for a browser, JSON for a program.
 */
export function explainErrors(front: FastifyInstance, catalogue: ErrorCatalogue, { at, links }: ErrorPages): void {
  front.get<{ Params: { slug: string } }>(`${at}:slug`, (request, reply) => {
    const entry = catalogue.find(request.params.slug);
    if (!entry) throw failureOf('RESOURCE_NOT_FOUND');
    reply.header('x-request-id', request.id).header('vary', 'accept').header('x-content-type-options', 'nosniff');
    if (links !== undefined) reply.header('link', links);
    if (request.headers.accept?.includes('text/html')) {
      return reply
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
        .type('text/html; charset=utf-8')
        .send(cataloguePage(entry));
    }
    return sendJson(reply, catalogueDocument(entry));
  });
}

import { pipeline, type Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { closeEmptyBody } from '../body/unread-body';

/** The head of a response with a streamed body. */
interface StreamHead {
  readonly status: number;
  readonly headers: Record<string, string | number | string[]>;
}

/**
 * Sends a body while it is read. A body that fails, and a client that leaves, destroy the other side: a client sees a response that was cut
 * off as incomplete. A HEAD gets the head alone.
 */
export function writeStream(
  { method, raw: request, head }: Pick<FastifyRequest, 'method' | 'raw' | 'head'>,
  reply: FastifyReply,
  { status, headers, body }: StreamHead & { readonly body: Readable },
): void {
  const { raw } = reply.hijack();
  closeEmptyBody(request, head);
  raw.writeHead(status, headers);
  if (method === 'HEAD') {
    body.on('error', ignoreUnsentBody).destroy();
    raw.end();
    return;
  }
  raw.flushHeaders();
  pipeline(body, raw, ignoreFailure);
}

/** Who made the body has its failure. */
function ignoreFailure(): void {}

/** The client has its response, and a HEAD has no body that could be cut off. */
function ignoreUnsentBody(): void {}

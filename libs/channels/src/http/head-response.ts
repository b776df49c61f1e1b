import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Ends the response to HEAD with the headers of the response to GET, before a stream has been read. An `onSend` hook of routes for both
 * methods.
 *
 * Fastify would register a second route for HEAD with a hook like this one: twice the routes make a start slower.
 */
export function dropHeadBody(
  { method }: FastifyRequest,
  reply: FastifyReply,
  ...[payload, done]: [payload: unknown, done: (error: null, payload: unknown) => void]
): void {
  if (method !== 'HEAD') {
    done(null, payload);
    return;
  }
  if (payload instanceof Readable) payload.on('error', ignoreUnsentBody).resume();
  else reply.header('content-length', measureBody(payload));
  done(null, null);
}

function measureBody(payload: unknown): number {
  return typeof payload === 'string' || payload instanceof Uint8Array ? Buffer.byteLength(payload) : 0;
}

/** The client has its response, and a HEAD has no body that could be cut off. */
function ignoreUnsentBody(): void {}

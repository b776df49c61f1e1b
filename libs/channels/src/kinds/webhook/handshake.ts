import { writeResponse, type RoutedRequest } from '@trunkline/http-server';
import { createSignatureFailure } from '@trunkline/security';
import type { FastifyReply } from 'fastify';
import type { RouteFeature } from '../../features';
import type { WebhookChannel } from './webhook-channel';

const PLAIN = { mediaTypes: [], etag: 'none', compressionThreshold: Infinity } as const;

/** The text of a response comes from the request, so a browser must not take it for a page. */
const HEADERS = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };

/** Responds to the GET by which a sender checks the address of the channel, without its service. */
export function createHandshakeFeature({ protocol: { handshake } }: WebhookChannel): RouteFeature {
  return {
    options: {},
    aroundInvoke:
      (_next, _channel, { errorResponder }) =>
      (request, reply) => {
        const body = handshake?.answerGet?.(new URLSearchParams(request.url.split('?')[1]));
        if (handshake && body !== undefined) sendHandshake(request, reply, { mediaType: handshake.mediaType, body });
        else errorResponder.send(createSignatureFailure('the GET is no handshake of this channel'), request, reply);
      },
  };
}

/** Sends the response to a handshake. */
export function sendHandshake(
  request: RoutedRequest,
  reply: FastifyReply,
  { mediaType, body }: { readonly mediaType: string; readonly body: string },
): void {
  const headers = { ...HEADERS, 'content-type': mediaType };
  writeResponse(request, reply, { response: { status: 200, headers, body }, representation: PLAIN });
}

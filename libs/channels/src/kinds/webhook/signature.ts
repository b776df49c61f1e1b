import type { RoutedRequest } from '@trunkline/http-server';
import type { WebhookDelivery, WebhookProtocol } from '@trunkline/security';
import { AcceptedFormats } from '../../bodies/accepted-formats';
import { listChannelFormats } from '../../bodies/body-formats';
import type { RouteFeature } from '../../features';
import { sendHandshake } from './handshake';
import type { WebhookChannel } from './webhook-channel';

/**
 * Rejects deliveries whose signature is not valid, and responds to handshakes in a POST. It works on the bytes of the body, before they are
 * parsed.
 */
export function createSignatureFeature(webhook: WebhookChannel): RouteFeature {
  const { scheme, protocol, verifier, deliveries, invalidSecrets } = webhook;
  return {
    options: {},
    findProblems: () => invalidSecrets.map((key) => ({ key, message: protocol.expectedSecret })),
    onBody({ options }) {
      const formats = new AcceptedFormats(listChannelFormats(options));
      const { handshake, signatureParameters = [] } = protocol;
      const verifyOrAnswer = (delivery: WebhookDelivery): string | undefined => {
        const answer = handshake?.answerUnsigned?.(delivery);
        if (answer !== undefined) return answer;
        const key = verifier.verify(delivery);
        return handshake?.answerSigned?.(delivery, key);
      };
      return (request, reply, body) => {
        const delivery = toDelivery(request, body);
        const answer = verifyOrAnswer(delivery);
        if (handshake && answer !== undefined) {
          sendHandshake(request, reply, { mediaType: handshake.mediaType, body: answer });
          return 'responded';
        }
        formats.check(request.head, request.method);
        if (signatureParameters.length > 0) removeFromQuery(request, signatureParameters);
        deliveries.set(request, delivery);
        return 'passed';
      };
    },
    ...(protocol.handshake && { represent: () => ({ mediaTypes: listMediaTypes(protocol.handshake) }) }),
    describe: ({ options }) => ({
      codes: ['WEBHOOK_SIGNATURE_INVALID', 'UNSUPPORTED_MEDIA_TYPE'],
      notes: [`Deliveries are signed: ${scheme.description}.`],
      bodyFormats: [...listChannelFormats(options).values()],
    }),
  };
}

/** The service responds with JSON. */
function listMediaTypes(handshake: WebhookProtocol['handshake']): readonly string[] {
  return [...new Set(['application/json', ...(handshake ? [handshake.mediaType] : [])])];
}

function toDelivery({ raw, url }: RoutedRequest, body: Buffer): WebhookDelivery {
  return { headers: raw.headers, query: getRawQuery(url), body };
}

/** The query as it was sent, with its `?`. */
function getRawQuery(url: string): string {
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start);
}

/** The service did not ask for parameters of the signature, and would reject them as unknown members. */
function removeFromQuery(request: RoutedRequest, names: readonly string[]): void {
  request.query = Object.fromEntries(Object.entries(request.query).filter(([name]) => !names.includes(name)));
}

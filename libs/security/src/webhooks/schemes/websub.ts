import { z } from 'zod';
import { getHeader } from '../delivery';
import { defineWebhookScheme, textKey } from '../webhook-scheme';

const MAC_ALGORITHMS = ['sha1', 'sha256', 'sha384', 'sha512'] as const;

/** Subscribers of WebSub hubs (W3C WebSub §5.3 verification of intent, §7 authenticated content distribution). */
export const websub = defineWebhookScheme({
  name: 'websub',
  description: 'Hubs of WebSub',
  hasHandshakeByGet: true,
  options: {
    topics: z
      .array(z.url('expected the URL of a topic'))
      .min(1)
      .describe('Topics of the subscriptions that the bus confirms'),
  },
  create: ({ topics }) => ({
    ...textKey,
    mac: { algorithm: 'sha256', encoding: 'hex' },
    read(delivery) {
      const [name, signature] = (getHeader(delivery, 'x-hub-signature') ?? '').split('=', 2);
      const algorithm = MAC_ALGORITHMS.find((each) => each === name);
      if (algorithm === undefined || signature === undefined)
        return { reason: 'X-Hub-Signature is missing or has an unknown method' };
      return [{ signatures: [signature], contents: [[delivery.body]], mac: { algorithm, encoding: 'hex' } }];
    },
    handshake: {
      mediaType: 'text/plain',
      answerGet(query) {
        const challenge = query.get('hub.challenge');
        if (challenge === null || query.get('hub.mode') !== 'subscribe') return undefined;
        return topics.includes(query.get('hub.topic') ?? '') ? challenge : undefined;
      },
    },
  }),
});

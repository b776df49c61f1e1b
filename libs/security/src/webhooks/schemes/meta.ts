import { hash } from 'node:crypto';
import { secret } from '@trunkline/config';
import { isSameText } from '../same-text';
import { defineWebhookScheme, textKey } from '../webhook-scheme';
import { readPrefixed } from './prefixed-signature';

/** Meta: Facebook, Instagram and WhatsApp ("Webhooks: getting started"). The secret is the app secret. */
export const meta = defineWebhookScheme({
  name: 'meta',
  description: 'Meta: Facebook, Instagram and WhatsApp',
  hasHandshakeByGet: true,
  options: { verifyToken: secret().describe('Verify token of the subscription, which the handshake has') },
  create: ({ verifyToken }) => ({
    ...textKey,
    mac: { algorithm: 'sha256', encoding: 'hex' },
    read: (delivery) => readPrefixed(delivery, { header: 'x-hub-signature-256', prefix: 'sha256=' }),
    // Deliveries have no id, but times and ids of their changes.
    findId: ({ body }) => hash('sha256', body, 'base64url'),
    handshake: {
      mediaType: 'text/plain',
      answerGet(query) {
        const challenge = query.get('hub.challenge');
        const isKnown = isSameText(query.get('hub.verify_token') ?? '', verifyToken);
        if (challenge === null || query.get('hub.mode') !== 'subscribe' || !isKnown) return undefined;
        return challenge;
      },
    },
  }),
});

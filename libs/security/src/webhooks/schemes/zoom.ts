import { createHmac, hash } from 'node:crypto';
import { getText, parseBody } from '../body-members';
import { defineWebhookScheme, textKey } from '../webhook-scheme';
import { readTimestamped } from './timestamped-signature';
import { tolerance } from './tolerance';

/** Zoom ("Verify webhook events"). It validates the address when it is saved, and every 72 hours. */
export const zoom = defineWebhookScheme({
  name: 'zoom',
  description: 'Zoom',
  options: { tolerance },
  create: (options) => ({
    ...textKey,
    mac: { algorithm: 'sha256', encoding: 'hex' },
    tolerance: { ms: options.tolerance, allowsFuture: false },
    read: (delivery) =>
      readTimestamped(delivery, { header: 'x-zm-signature', timestampHeader: 'x-zm-request-timestamp' }),
    // Events have no id, but the time of the event in milliseconds.
    findId: ({ body }) => hash('sha256', body, 'base64url'),
    handshake: {
      mediaType: 'application/json',
      answerSigned({ body }, key) {
        const payload = parseBody(body);
        const plainToken = getText(payload, 'payload', 'plainToken');
        if (getText(payload, 'event') !== 'endpoint.url_validation' || plainToken === undefined) return undefined;
        const encryptedToken = createHmac('sha256', key).update(plainToken).digest('hex');
        return JSON.stringify({ plainToken, encryptedToken });
      },
    },
  }),
});

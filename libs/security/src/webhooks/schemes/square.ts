import { getText } from '../body-members';
import { defineWebhookScheme, textKey } from '../webhook-scheme';
import { readPrefixed } from './prefixed-signature';
import { publicUrl } from './public-url';

/** Square ("Validate a webhook event"): the URL of the subscription and the body are signed. */
export const square = defineWebhookScheme({
  name: 'square',
  description: 'Square',
  options: { url: publicUrl },
  create: ({ url }) => ({
    ...textKey,
    mac: { algorithm: 'sha256', encoding: 'base64' },
    read: (delivery) =>
      readPrefixed(delivery, { header: 'x-square-hmacsha256-signature' }, [url + delivery.query, delivery.body]),
    findId: (_delivery, payload) => getText(payload, 'event_id'),
  }),
});

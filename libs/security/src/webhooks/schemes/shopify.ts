import { getHeader } from '../delivery';
import { defineWebhookScheme, textKey } from '../webhook-scheme';
import { readPrefixed } from './prefixed-signature';

/** Shopify ("Deliver webhooks through HTTPS"). The secret is the client secret of the app. */
export const shopify = defineWebhookScheme({
  name: 'shopify',
  description: 'Shopify',
  options: {},
  create: () => ({
    ...textKey,
    mac: { algorithm: 'sha256', encoding: 'base64' },
    read: (delivery) => readPrefixed(delivery, { header: 'x-shopify-hmac-sha256' }),
    findId: (delivery) => getHeader(delivery, 'x-shopify-webhook-id'),
  }),
});

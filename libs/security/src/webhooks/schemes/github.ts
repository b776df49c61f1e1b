import { getHeader } from '../delivery';
import { defineWebhookScheme, textKey } from '../webhook-scheme';
import { readPrefixed } from './prefixed-signature';

/** GitHub ("Validating webhook deliveries"). The older `X-Hub-Signature`, in SHA-1, is ignored. */
export const github = defineWebhookScheme({
  name: 'github',
  description: 'GitHub',
  options: {},
  formats: ['json', 'form'],
  create: () => ({
    ...textKey,
    mac: { algorithm: 'sha256', encoding: 'hex' },
    read: (delivery) => readPrefixed(delivery, { header: 'x-hub-signature-256', prefix: 'sha256=' }),
    findId: (delivery) => getHeader(delivery, 'x-github-delivery'),
  }),
});

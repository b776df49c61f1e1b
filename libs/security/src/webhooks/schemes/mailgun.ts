import { getText, parseBody } from '../body-members';
import { defineWebhookScheme, textKey } from '../webhook-scheme';
import { tolerance } from './tolerance';

/** Mailgun ("Securing webhooks"). The signature is in the body, and covers only its own timestamp and token. */
export const mailgun = defineWebhookScheme({
  name: 'mailgun',
  description: 'Mailgun: the secret is the webhook signing key',
  options: { tolerance },
  create: (options) => ({
    ...textKey,
    mac: { algorithm: 'sha256', encoding: 'hex' },
    tolerance: { ms: options.tolerance, allowsFuture: false },
    read({ body }) {
      const payload = parseBody(body);
      const timestamp = getText(payload, 'signature', 'timestamp');
      const token = getText(payload, 'signature', 'token');
      const signature = getText(payload, 'signature', 'signature');
      if (timestamp === undefined || token === undefined || signature === undefined)
        return { reason: 'the body has no signature with timestamp and token' };
      return [{ signatures: [signature], contents: [[timestamp, token]], timestamp }];
    },
    findId: (_delivery, payload) => getText(payload, 'signature', 'token'),
  }),
});

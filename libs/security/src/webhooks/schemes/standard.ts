import { getHeader } from '../delivery';
import { defineWebhookScheme } from '../webhook-scheme';
import { decodeBase64 } from './decode-key';
import { tolerance } from './tolerance';

const PREFIX = 'whsec_';
const VERSION = 'v1,';

/** Standard Webhooks 1.0.0 ("Signature scheme", symmetric), and Svix, from which it comes: its headers begin with `svix-`. */
export const standard = defineWebhookScheme({
  name: 'standard',
  description: 'Standard Webhooks, and Svix',
  options: { tolerance },
  create: (options) => ({
    toKey: (secret) => decodeBase64(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret),
    expectedSecret: 'expected the secret as the sender shows it: base64, mostly after whsec_',
    mac: { algorithm: 'sha256', encoding: 'base64' },
    tolerance: { ms: options.tolerance, allowsFuture: false },
    read(delivery) {
      const prefix = getHeader(delivery, 'webhook-signature') === undefined ? 'svix' : 'webhook';
      const id = getHeader(delivery, `${prefix}-id`);
      const timestamp = getHeader(delivery, `${prefix}-timestamp`);
      const signature = getHeader(delivery, `${prefix}-signature`);
      if (id === undefined || timestamp === undefined || signature === undefined)
        return { reason: 'webhook-id, webhook-timestamp or webhook-signature is missing' };
      const signatures = signature
        .split(' ')
        .filter((each) => each.startsWith(VERSION))
        .map((each) => each.slice(VERSION.length));
      return [{ signatures, contents: [[`${id}.${timestamp}.`, delivery.body]], timestamp }];
    },
    findId: (delivery) => getHeader(delivery, 'webhook-id') ?? getHeader(delivery, 'svix-id'),
  }),
});

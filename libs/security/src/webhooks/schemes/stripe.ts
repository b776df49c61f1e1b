import { getText } from '../body-members';
import { getHeader } from '../delivery';
import { defineWebhookScheme, textKey } from '../webhook-scheme';
import { tolerance } from './tolerance';

/** Stripe ("Verify webhook signatures manually"). The secret is used as it is written, with its `whsec_`. */
export const stripe = defineWebhookScheme({
  name: 'stripe',
  description: 'Stripe',
  options: { tolerance },
  create: (options) => ({
    ...textKey,
    expectedSecret: 'expected the signing secret of the endpoint, whole, with its whsec_',
    mac: { algorithm: 'sha256', encoding: 'hex' },
    tolerance: { ms: options.tolerance, allowsFuture: true },
    read(delivery) {
      const header = getHeader(delivery, 'stripe-signature');
      if (header === undefined) return { reason: 'Stripe-Signature is missing' };
      const fields = header.split(',').map((field) => field.trim());
      const timestamp = fields.find((field) => field.startsWith('t='))?.slice('t='.length);
      // v0 is a signature of test events that anyone could make.
      const signatures = fields.filter((field) => field.startsWith('v1=')).map((field) => field.slice('v1='.length));
      return [{ signatures, contents: [[`${timestamp}.`, delivery.body]], timestamp }];
    },
    findId: (_delivery, payload) => getText(payload, 'id'),
  }),
});

import { getText, parseBody } from '../body-members';
import { getHeader } from '../delivery';
import { defineWebhookScheme, textKey } from '../webhook-scheme';
import { readTimestamped } from './timestamped-signature';
import { tolerance } from './tolerance';

/** Slack ("Verifying requests from Slack"). Its libraries reject only timestamps that are too old. */
export const slack = defineWebhookScheme({
  name: 'slack',
  description: 'Slack: events, slash commands and interactions',
  options: { tolerance },
  formats: ['json', 'form'],
  create: (options) => ({
    ...textKey,
    mac: { algorithm: 'sha256', encoding: 'hex' },
    tolerance: { ms: options.tolerance, allowsFuture: true },
    read: (delivery) =>
      readTimestamped(delivery, { header: 'x-slack-signature', timestampHeader: 'x-slack-request-timestamp' }),
    // Commands and interactions have no id; their trigger is as unique.
    findId: (_delivery, payload) => getText(payload, 'event_id') ?? getText(payload, 'trigger_id'),
    handshake: {
      mediaType: 'text/plain',
      answerSigned(delivery) {
        if (getHeader(delivery, 'content-type')?.startsWith('application/json') !== true) return undefined;
        const payload = parseBody(delivery.body);
        const challenge = getText(payload, 'challenge');
        if (getText(payload, 'type') !== 'url_verification' || challenge === undefined) return undefined;
        return challenge;
      },
    },
  }),
});

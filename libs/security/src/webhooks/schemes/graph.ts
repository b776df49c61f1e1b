import { getMember, getText, parseBody } from '../body-members';
import { getQueryParameter } from '../delivery';
import { defineWebhookScheme, textKey } from '../webhook-scheme';

/** Microsoft Graph ("Receive change notifications through webhooks"). Every notification has the `clientState` of its subscription. */
export const graph = defineWebhookScheme({
  name: 'graph',
  description: 'Microsoft Graph: the secret is the clientState of the subscription',
  options: {},
  create: () => ({
    ...textKey,
    expectedSecret: 'expected the clientState of the subscription',
    mac: 'secret',
    read({ body }) {
      const notifications = getMember(parseBody(body), 'value');
      if (!Array.isArray(notifications)) return { reason: 'the body has no list of notifications' };
      return notifications.map((notification: unknown) => ({
        signatures: [getText(notification, 'clientState') ?? ''],
        contents: [],
      }));
    },
    handshake: {
      mediaType: 'text/plain',
      // Its body is empty, and its media type text/plain.
      answerUnsigned(delivery) {
        const token = getQueryParameter(delivery, 'validationToken');
        if (token === undefined || delivery.body.length > 0) return undefined;
        return token;
      },
    },
  }),
});

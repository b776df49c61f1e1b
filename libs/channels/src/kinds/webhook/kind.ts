import { webhookSchemes } from '@trunkline/security';
import { defineChannelKind } from '../../channel-kind';
import { featureDefaults } from '../../features';
import { bodyBudget } from '../../features/body-budget/feature';
import { maintenance } from '../../features/maintenance/feature';
import { rateLimit } from '../../features/rate-limit/feature';
import { unknownMembers } from '../../features/unknown-members/feature';
import { createAcknowledgementFeature } from './acknowledgement';
import { createDeliveryIdFeature } from './delivery-ids';
import { createHandshakeFeature } from './handshake';
import { createSignatureFeature } from './signature';
import { createWebhookChannel } from './webhook-channel';
import { webhookChannelOptions, type WebhookOptions } from './webhook-options';

/** Channels that receive signed deliveries: a POST, and a GET where the scheme has a handshake by GET. */
export const webhook = defineChannelKind({
  name: 'webhook',
  description: 'Webhook channels by name',
  schema: webhookChannelOptions,
  createRoutes: (options) => {
    const channel = createWebhookChannel(options);
    const routeOptions = toRouteOptions(options, channel.scheme.formats);
    const deliveries = {
      options: { ...routeOptions, method: 'POST' as const },
      features: [
        maintenance,
        rateLimit,
        unknownMembers,
        bodyBudget,
        createSignatureFeature(channel),
        createDeliveryIdFeature(channel),
        createAcknowledgementFeature(channel),
      ],
    };
    if (!channel.protocol.handshake?.answerGet) return [deliveries];
    const handshakes = {
      options: { ...routeOptions, method: 'GET' as const },
      features: [maintenance, rateLimit, createHandshakeFeature(channel)],
      isUndocumented: true,
    };
    return [deliveries, handshakes];
  },
  readRoutes: (read) => {
    const route = { path: read('path'), async: false };
    const hasGet = webhookSchemes.some((scheme) => scheme.name === read('scheme') && scheme.hasHandshakeByGet === true);
    return (hasGet ? ['POST', 'GET'] : ['POST']).map((method) => ({ method, ...route }));
  },
});

/** The job of a delivery is not for its sender, so that the channel has no `async` in the sense of REST channels. */
function toRouteOptions(options: WebhookOptions, formats: readonly ('json' | 'form')[] = ['json']) {
  const { path, service, topic, errors, timeout, description, examples } = options;
  return {
    ...featureDefaults,
    path,
    service,
    topic,
    errors,
    timeout,
    description,
    examples,
    maintenance: options.maintenance,
    rateLimit: options.rateLimit,
    unknown: options.unknown,
    accepts: [...formats],
  };
}

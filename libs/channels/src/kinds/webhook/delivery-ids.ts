import type { FastifyRequest } from 'fastify';
import type { RouteFeature } from '../../features';
import type { WebhookChannel } from './webhook-channel';

/** Handles a delivery once, however often the sender repeats it. */
export function createDeliveryIdFeature({ options, protocol, deliveries }: WebhookChannel): RouteFeature {
  const { dedupe } = options;
  const { findId } = protocol;
  return {
    options: {},
    aroundInvoke(next, channel, { idempotency }) {
      if (dedupe === 'off' || !findId) return next;
      const findDeliveryId = (request: FastifyRequest) => {
        const delivery = deliveries.get(request);
        return delivery && findId(delivery, request.body);
      };
      return idempotency.wrapDeliveries(next, channel, { findId: findDeliveryId, keepMs: dedupe.keep });
    },
    describe: () => (dedupe === 'off' || !findId ? {} : { codes: ['IDEMPOTENCY_IN_PROGRESS'] }),
  };
}

import { submitJob } from '../../features/async/enqueue-operation';
import { removeDroppable } from '../../features/async/remove-droppable';
import type { WebhookProtocol } from '@trunkline/security';
import type { FeatureDependencies, RouteFeature } from '../../features';
import type { Content } from '../../openapi/openapi-document';
import type { Channel } from '../../http/channel';
import { type ChannelInvoker, createRequestHandler } from '../../http/request-handler';
import type { WebhookChannel } from './webhook-channel';

/**
 * Acknowledges a delivery once its job is stored, or it is published to its topic. The response is 200, which every sender takes for
 * success, and discloses nothing of the job.
 */
export function createAcknowledgementFeature({ options, protocol }: WebhookChannel): RouteFeature {
  const isAcknowledged = options.async || options.topic !== undefined;
  return {
    options: {},
    aroundInvoke(next, channel, dependencies) {
      if (!isAcknowledged) return next;
      const deliver =
        options.topic === undefined ? createEnqueue(channel, dependencies) : dependencies.invokers.create(channel);
      const body = Buffer.from(protocol.acknowledgement ?? '');
      return createRequestHandler(channel, acknowledge(deliver, body), dependencies);
    },
    describe: () =>
      isAcknowledged
        ? { insteadOfPayload: { '200': { description: 'Accepted.', content: describeContent(protocol) } } }
        : {},
  };
}

function describeContent({ handshake }: WebhookProtocol): Content {
  const handshakeContent = handshake?.mediaType === 'application/json' && { 'application/json': { schema: {} } };
  return { 'text/plain': { schema: { type: 'string' } }, ...handshakeContent };
}

/** Creates the submission of a job, with the guards, interceptors, pipes and filters of the application around it. */
function createEnqueue(channel: Channel, { invokers, jobs }: FeatureDependencies): ChannelInvoker {
  return invokers.enhance(channel, async (invocation, origin) => {
    const { coercibleMembers = [] } = invocation;
    return submitJob(
      { input: await removeDroppable(channel, invocation), coercibleMembers, origin },
      { jobs, channel },
    );
  });
}

function acknowledge(deliver: ChannelInvoker, body: Buffer): ChannelInvoker {
  return async (invocation, context, http) => {
    await deliver(invocation, context, http);
    if (invocation.response) {
      invocation.response.statusCode = 200;
      invocation.response.headers['content-type'] = 'text/plain';
    }
    return body;
  };
}

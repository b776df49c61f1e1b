import type { ErrorResponder, HttpListener } from '@trunkline/http-server';
import type { ChannelFeature } from '../../channel-feature';
import { hasBody } from '../../openapi/described-channel';

type Dependencies = {
  readonly listener: HttpListener;
  readonly errorResponder: ErrorResponder;
};

/**
 * Rejects requests with a body while the bodies of other requests use the memory that the bus has for them. It is the last feature before
 * the body is read, because its step subscribes to the data of the body.
 */
export const bodyBudget = {
  options: {},
  onRequest: ({ options: { method } }, { listener, errorResponder }) =>
    method === 'GET' ? undefined : listener.bodyBudget.createStep(errorResponder),
  describe: (channel) => (hasBody(channel) ? { codes: ['MALFORMED_BODY', 'CONTENT_TOO_LARGE'] } : {}),
} satisfies ChannelFeature<unknown, Dependencies>;

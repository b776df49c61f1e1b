import type { ErrorResponder, HttpListener, OnRequestStep } from '@trunkline/http-server';
import type { ChannelFeature } from '../../channel-feature';
import { type BodyFormatName, getBodyFormat, isStreamedType } from '../../bodies/body-formats';
import type { Channel } from '../../http/channel';
import { hasBody } from '../../openapi/described-channel';

type Options = { readonly accepts: readonly BodyFormatName[] };

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
  onRequest: createBudgetStep,
  describe: (channel) => (hasBody(channel) ? { codes: ['MALFORMED_BODY', 'CONTENT_TOO_LARGE'] } : {}),
} satisfies ChannelFeature<Options, Dependencies>;

/** A body that is not kept in memory is not counted. To listen to it would also disable its back-pressure. */
function createBudgetStep(
  { options: { method, accepts } }: Channel<Options>,
  { listener, errorResponder }: Dependencies,
): OnRequestStep | undefined {
  if (method === 'GET') return undefined;
  const step = listener.bodyBudget.createStep(errorResponder);
  if (accepts.every((name) => getBodyFormat(name).loadStreamed === undefined)) return step;
  return (request, reply) => (isStreamedType(request.head.contentType) ? undefined : step(request, reply));
}

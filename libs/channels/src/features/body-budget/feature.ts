import type { ErrorResponder, HttpListener, OnRequestStep } from '@trunkline/http-server';
import type { ChannelFeature } from '../../channel-feature';
import {
  type BodyOptions,
  findAcceptedFormat,
  listChannelFormats,
  listStreamedFormats,
} from '../../bodies/body-formats';
import type { Channel } from '../../http/channel';
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
  onRequest: createBudgetStep,
  describe: (channel) => (hasBody(channel) ? { codes: ['MALFORMED_BODY', 'CONTENT_TOO_LARGE'] } : {}),
} satisfies ChannelFeature<BodyOptions, Dependencies>;

/** A body that is not kept in memory is not counted. To listen to it would also disable its back-pressure. */
function createBudgetStep(
  { options }: Channel<BodyOptions>,
  { listener, errorResponder }: Dependencies,
): OnRequestStep | undefined {
  if (options.method === 'GET') return undefined;
  const step = listener.bodyBudget.createStep(errorResponder);
  if (listStreamedFormats(options).length === 0) return step;
  const formats = listChannelFormats(options);
  return (request, reply) => {
    const { contentType } = request.head;
    const format = contentType === undefined ? undefined : findAcceptedFormat(formats, contentType);
    return format?.loadStreamed ? undefined : step(request, reply);
  };
}

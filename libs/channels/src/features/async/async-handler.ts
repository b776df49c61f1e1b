import { ServiceResponse } from '@trunkline/service';
import { Deadline } from '@trunkline/time';
import { type Channel, listPlaceholders } from '../../http/channel';
import type { ChannelOperation, RequestHandler } from '../../http/request-handler';
import { type RequestContext, sendResponse, sendFailure } from '../../http/request-context';
import type { ErrorResponder } from '@trunkline/http-server';
import { mergeInput } from '../../http/input';
import { serializeResponse } from '../../http/serialize-response';
import type { AsyncOptions } from './async-options';
import type { AsyncRequestContext } from './enqueue-operation';
import { parsePreferHeader } from './prefer-header';
import { removeDroppable } from './remove-droppable';

/** What the handler of an asynchronous channel works with. */
export interface AsyncHandlerOptions {
  /** Submits the job, with the guards, interceptors, pipes and filters of the application around it. */
  readonly enqueue: ChannelOperation<AsyncRequestContext>;
  readonly errorResponder: ErrorResponder;
  /** Handles requests that do not prefer a job, where the channel lets them choose. */
  readonly handleSync: RequestHandler;
}

/**
 * Creates the handler that responds 202 with the `Location` of a job once the store has acknowledged it. A client that waits
 * (`Prefer: wait=N`, RFC 7240 §4.3) gets the result itself if the job ends in time.
 */
export function createAsyncHandler(
  channel: Channel<AsyncOptions>,
  { enqueue, errorResponder, handleSync }: AsyncHandlerOptions,
): RequestHandler {
  const placeholders = listPlaceholders(channel.options.path);

  const submit = async (context: RequestContext) => {
    const { request } = context;
    const deadline = Deadline.in(channel.timeoutMs - request.authenticationMs);
    const response = new ServiceResponse();
    const merged = mergeInput(request, placeholders);
    const { coercibleMembers } = merged;
    const input = await removeDroppable(channel, merged);
    const payload = await enqueue({ input }, { ...context, coercibleMembers, response, deadline }, context);
    sendResponse(context, serializeResponse(response, payload, channel.service.name), channel.representation);
  };
  return (request, reply, observer) => {
    if (channel.options.async === 'optional' && !parsePreferHeader(request.head.prefer).isAsync) {
      return handleSync(request, reply, observer);
    }
    const context = { request, reply, observer };
    submit(context).catch((thrown: unknown) => sendFailure(context, thrown, errorResponder));
    return undefined;
  };
}

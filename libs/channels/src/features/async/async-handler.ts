import { ServiceResponse } from '@trunkline/service';
import { Deadline } from '@trunkline/time';
import { type Channel, listPlaceholders } from '../../rest/channel';
import type { ChannelOperation, RequestHandler } from '../../rest/request-handler';
import { type RequestContext, sendResponse, sendFailure } from '../../rest/request-context';
import type { ErrorResponder } from '@trunkline/http-server';
import { mergeInput } from '../../rest/input';
import { serializeResponse } from '../../rest/serialize-response';
import type { AsyncOptions } from './async-options';
import type { AsyncRequestContext } from './enqueue-operation';
import { parsePreferHeader } from './prefer-header';

/** What a channel needs to have work done later. */
export interface AsyncHandlerOptions {
  /** Hands in the job, with whatever the application has put around it. */
  readonly enqueue: ChannelOperation<AsyncRequestContext>;
  readonly errorResponder: ErrorResponder;
  /** Answers whoever did not ask for a job, where that is theirs to say. */
  readonly handleSync: RequestHandler;
}

/**
 * Answers with a job instead of its result: 202 with `Location` once the store has acknowledged it. A client that is ready to wait
 * (`Prefer: wait=N`, RFC 7240 §4.3) gets the result itself, if there is one in time.
 */
export function createAsyncHandler(
  channel: Channel<AsyncOptions>,
  { enqueue, errorResponder, handleSync }: AsyncHandlerOptions,
): RequestHandler {
  const placeholders = listPlaceholders(channel.options.path);

  const answer = async (exchange: RequestContext) => {
    const { request } = exchange;
    const deadline = Deadline.in(channel.timeoutMs - request.authenticationMs);
    const response = new ServiceResponse();
    const { input, coercibleMembers } = mergeInput(request, placeholders);
    const payload = await enqueue({ input }, { ...exchange, coercibleMembers, response, deadline }, exchange);
    sendResponse(exchange, serializeResponse(response, payload, channel.service.name), channel.representation);
  };
  return (request, reply, observer) => {
    if (channel.options.async === 'optional' && !parsePreferHeader(request.head.prefer).isAsync) {
      return handleSync(request, reply, observer);
    }
    const exchange = { request, reply, observer };
    answer(exchange).catch((thrown: unknown) => sendFailure(exchange, thrown, errorResponder));
    return undefined;
  };
}

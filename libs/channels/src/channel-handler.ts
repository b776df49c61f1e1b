import { DeadlineExceededError } from '@trunkline/failures';
import {
  type Ask,
  Composition,
  type InvocationContext,
  type Invoker,
  isPromise,
  ServiceResponse,
} from '@trunkline/service';
import { CancelScope, Deadline } from '@trunkline/time';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Channel, type ChannelRoute, placeholdersOf } from './channel';
import { ChannelRequest } from './channel-request';
import { tellOfComposite, wantsAllOrNothing } from './composite-answer';
import type { FailureReply } from './failure-reply';
import { inputOf } from './input';
import { workFor } from './presence';
import { sendResponse } from './reply';

/** Answers the requests of one channel. */
export type ChannelHandler = (request: FastifyRequest<ChannelRoute>, reply: FastifyReply) => void;

/** Runs the service of a channel, with whatever the application has put around it. */
export type ChannelInvocation = (
  ask: Ask,
  context: InvocationContext,
  exchange: { readonly request: FastifyRequest<ChannelRoute>; readonly reply: FastifyReply },
) => unknown;

/** The invocation of a channel that nothing has been put around. */
export function plainInvocation(invoker: Invoker, { service }: Channel): ChannelInvocation {
  return (ask, context) => invoker.run(service, ask, context);
}

/**
 * The steps from a parsed request to its answer, composed once per channel: input, invoke, output, reply.
 *
 * A service that has nothing to wait for is answered without a promise or a timer. Where a filter of the application has replied
 * in its own way, that is the answer.
 */
export function channelHandler(channel: Channel, invoke: ChannelInvocation, failures: FailureReply): ChannelHandler {
  const placeholders = placeholdersOf(channel.path);
  const { timeoutMs, partialStatus, representation } = channel;
  const expiry = () => new DeadlineExceededError(channel.service.name, timeoutMs);

  return (request, reply) => {
    const scope = new CancelScope(Deadline.in(timeoutMs), expiry);
    const response = new ServiceResponse();
    const composition = new Composition(wantsAllOrNothing(request.head.prefer));
    let work: Set<CancelScope> | undefined;
    const end = () => {
      scope.close();
      work?.delete(scope);
    };
    const fail = (thrown: unknown) => {
      end();
      if (!reply.sent) failures.send(thrown, request, reply);
    };
    const succeed = (payload: unknown) => {
      end();
      try {
        if (composition.isUsed) tellOfComposite(response, composition, partialStatus);
        if (!reply.sent) sendResponse(request, reply, { response, payload, representation });
      } catch (thrown) {
        fail(thrown);
      }
    };
    try {
      const { input, texts } = inputOf(request, placeholders);
      const inbound = new ChannelRequest(request);
      const ask: Ask = { input, texts, payload: request.body, http: inbound, response };
      const payload = invoke(ask, { cid: request.id, scope, depth: 1, composition, inbound }, { request, reply });
      if (!isPromise(payload)) return succeed(payload);
      scope.whenLasting(() => {
        work = workFor(request.raw.socket);
        work.add(scope);
      });
      payload.then(succeed, fail);
    } catch (thrown) {
      fail(thrown);
    }
  };
}

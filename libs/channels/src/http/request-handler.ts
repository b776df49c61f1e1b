import { DeadlineExceededError } from '@trunkline/failures';
import {
  type InvocationRequest,
  CompositeOutcomes,
  SideEffects,
  type InvocationContext,
  type Invoker,
  isPromise,
  ServiceResponse,
} from '@trunkline/service';
import { CancelScope, Deadline } from '@trunkline/time';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Channel, listPlaceholders } from './channel';
import {
  type ErrorResponder,
  getDisconnectScopes,
  type Representation,
  type RouteGeneric,
  setPendingWork,
} from '@trunkline/http-server';
import { HttpRequestView } from './http-request-view';
import { setCompositeHeaders, prefersStrictHandling } from './composite-headers';
import { type ResponseObserver, sendResponse, sendFailure } from './request-context';
import { type ChannelInput, mergeInput } from './input';
import { serializeResponse } from './serialize-response';
import type { StreamResponder } from '../streams/stream-responder';

/**
 * Responds to the requests of one channel.
 *
 * @param observer - receives the response before the client does
 */
export type RequestHandler = (
  request: FastifyRequest<RouteGeneric>,
  reply: FastifyReply,
  observer?: ResponseObserver,
) => void;

/** The work of a channel for an accepted request. Guards, interceptors, pipes and filters of the application run around it. */
export type ChannelOperation<Context> = (
  invocation: InvocationRequest,
  context: Context,
  http: { readonly request: FastifyRequest<RouteGeneric>; readonly reply: FastifyReply },
) => unknown;

/** Runs the service of a channel. */
export type ChannelInvoker = ChannelOperation<InvocationContext>;

/** Creates the operations of channels, with the guards, interceptors, pipes and filters of the application around them. */
export interface ChannelInvokers {
  /** Creates the invocation of the service. */
  create(channel: Channel): ChannelInvoker;
  /** @returns the operation itself where the application has nothing to put around the channel */
  enhance<Context>(channel: Channel, operation: ChannelOperation<Context>): ChannelOperation<Context>;
}

/** Creates the invocation of a channel's service, without anything around it. */
export function createChannelInvoker(invoker: Invoker, { service }: Channel): ChannelInvoker {
  return (invocation, context) => invoker.run(service, invocation, context);
}

/** What sends the responses of a channel. */
interface Responders {
  readonly errorResponder: ErrorResponder;
  /** Sends streams. Default: the operation returns none. */
  readonly streams?: StreamResponder;
}

/**
 * Creates the handler from a parsed request to its response, once per channel: input, invocation, output, response.
 *
 * A service that responds synchronously needs no promise and no timer. A filter of the application may have replied itself.
 */
export function createRequestHandler(
  channel: Channel,
  invoke: ChannelInvoker,
  { errorResponder, streams }: Responders,
): RequestHandler {
  const placeholders = listPlaceholders(channel.options.path);
  const { timeoutMs } = channel;
  const completeHead = createHeadCompletion(channel);
  const createTimeoutError = () => new DeadlineExceededError(channel.service.name, timeoutMs);

  return (request, reply, observer) => {
    const scope = new CancelScope(Deadline.in(timeoutMs - request.authenticationMs), createTimeoutError);
    const response = new ServiceResponse();
    const compositeOutcomes = new CompositeOutcomes(prefersStrictHandling(request.head.prefer));
    let work: Set<CancelScope> | undefined;
    const requestContext = { request, reply, observer };
    const end = () => endWork(scope, work);
    const fail = (thrown: unknown) => {
      end();
      sendFailure(requestContext, thrown, errorResponder);
    };
    const succeed = (payload: unknown) => {
      const sendStream = streams?.findSender(payload);
      if (sendStream) return sendStream({ context: requestContext, scope, response, end, fail });
      end();
      try {
        const representation = completeHead(response, compositeOutcomes);
        sendResponse(requestContext, serializeResponse(response, payload, channel.service.name), representation);
      } catch (thrown) {
        fail(thrown);
      }
    };
    try {
      const inbound = new HttpRequestView(request);
      const invocation = createInvocation(request, mergeInput(request, placeholders), { http: inbound, response });
      const sideEffects = observer ? observer.sideEffects : new SideEffects();
      const { id: cid, caller } = request;
      const context = { cid, scope, depth: 1, compositeOutcomes, inbound, sideEffects, caller };
      const payload = invoke(invocation, context, { request, reply });
      if (!isPromise(payload)) return succeed(payload);
      scope.notifyAtTickEnd(() => {
        setPendingWork(reply.raw, { promise: payload, sideEffects });
        if (!observer) (work = getDisconnectScopes(request.raw.socket)).add(scope);
      });
      payload.then(succeed, fail);
    } catch (thrown) {
      fail(thrown);
    }
  };
}

/** Creates the function that adds the outcome of composites to a response, and chooses its form. */
function createHeadCompletion({ representation, bus }: Channel) {
  // A degraded response is no version of the resource.
  const withoutEtag: Representation = { ...representation, etag: 'none' };
  return (response: ServiceResponse, outcomes: CompositeOutcomes): Representation => {
    const isDegraded = outcomes.hasOutcomes && setCompositeHeaders(response, outcomes, bus.errors.partialStatus);
    return isDegraded ? withoutEtag : representation;
  };
}

function endWork(scope: CancelScope, work: Set<CancelScope> | undefined): void {
  scope.close();
  work?.delete(scope);
}

/** Creates the invocation without a spread, whose result V8 creates slowly, and in one shape for all requests. */
function createInvocation(
  { body, rawBody }: FastifyRequest<RouteGeneric>,
  { input, coercibleMembers, droppableMembers }: ChannelInput,
  { http, response }: Required<Pick<InvocationRequest, 'http' | 'response'>>,
): InvocationRequest {
  return { input, coercibleMembers, droppableMembers, payload: body, rawBody, http, response };
}

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
import { type ErrorResponder, getDisconnectScopes, type RouteGeneric, setPendingWork } from '@trunkline/http-server';
import { HttpRequestView } from './http-request-view';
import { setCompositeHeaders, prefersStrictHandling } from './composite-headers';
import { type ResponseObserver, sendResponse, sendFailure } from './request-context';
import { mergeInput } from './input';
import { serializeResponse } from './serialize-response';

// Looked up once. What another lib exports is a getter of an object that V8 keeps as a hash table: 0.1 µs each time.
const Scope = CancelScope;
const TimeLimit = Deadline;
const Branches = CompositeOutcomes;
const Response = ServiceResponse;
const Effects = SideEffects;
const isThenable = isPromise;

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

/** What a channel does for a request once it has been let in. The application may put guards, interceptors, pipes and filters around it. */
export type ChannelOperation<Context> = (
  ask: InvocationRequest,
  context: Context,
  exchange: { readonly request: FastifyRequest<RouteGeneric>; readonly reply: FastifyReply },
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

/** The invocation of a channel that nothing has been put around. */
export function createChannelInvoker(invoker: Invoker, { service }: Channel): ChannelInvoker {
  return (ask, context) => invoker.run(service, ask, context);
}

/**
 * The steps from a parsed request to its answer, composed once per channel: input, invoke, output, reply.
 *
 * A service that has nothing to wait for is answered without a promise or a timer. Where a filter of the application has replied
 * in its own way, that is the answer.
 */
export function createRequestHandler(
  channel: Channel,
  invoke: ChannelInvoker,
  failures: ErrorResponder,
): RequestHandler {
  const placeholders = listPlaceholders(channel.options.path);
  const { timeoutMs, representation, bus } = channel;
  const expiry = () => new DeadlineExceededError(channel.service.name, timeoutMs);

  return (request, reply, observer) => {
    const scope = new Scope(TimeLimit.in(timeoutMs - request.authenticationMs), expiry);
    const response = new Response();
    const compositeOutcomes = new Branches(prefersStrictHandling(request.head.prefer));
    let work: Set<CancelScope> | undefined;
    const end = () => {
      scope.close();
      work?.delete(scope);
    };
    const exchange = { request, reply, observer };
    const fail = (thrown: unknown) => {
      end();
      sendFailure(exchange, thrown, failures);
    };
    const succeed = (payload: unknown) => {
      end();
      try {
        if (compositeOutcomes.hasOutcomes) setCompositeHeaders(response, compositeOutcomes, bus.errors.partialStatus);
        sendResponse(exchange, serializeResponse(response, payload, channel.service.name), representation);
      } catch (thrown) {
        fail(thrown);
      }
    };
    try {
      const { input, coercibleMembers } = mergeInput(request, placeholders);
      const { id: cid, body, caller } = request;
      const inbound = new HttpRequestView(request);
      const invocation: InvocationRequest = { input, coercibleMembers, payload: body, http: inbound, response };
      const sideEffects = observer ? observer.sideEffects : new Effects();
      const context = { cid, scope, depth: 1, compositeOutcomes, inbound, sideEffects, caller };
      const payload = invoke(invocation, context, { request, reply });
      if (!isThenable(payload)) return succeed(payload);
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

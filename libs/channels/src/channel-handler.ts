import { DeadlineExceededError, type ErrorAnswer } from '@trunkline/failures';
import {
  type Ask,
  Composition,
  Footprint,
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
import { noteLasting } from './edge/lasting-work';
import { giveAnswer, giveFailure } from './exchange';
import type { FailureReply } from './failure-reply';
import { inputOf } from './input';
import { workFor } from './presence';
import { type ReadyAnswer, readyAnswer } from './reply';

// Looked up once. What another lib exports is a getter of an object that V8 keeps as a hash table: 0.1 µs each time.
const Scope = CancelScope;
const TimeLimit = Deadline;
const Branches = Composition;
const Response = ServiceResponse;
const Trace = Footprint;
const hasToWait = isPromise;

/** Answers the requests of one channel. */
export type ChannelHandler = (request: FastifyRequest<ChannelRoute>, reply: FastifyReply) => void;

/** Answers the requests of one channel, and shows the answer to somebody before the client gets it. */
export type WitnessedHandler = (
  request: FastifyRequest<ChannelRoute>,
  reply: FastifyReply,
  witness?: AnswerWitness,
) => void;

/** Sees what a request comes to before the client does. The work it watches goes on to its end when the client leaves. */
export interface AnswerWitness {
  readonly footprint: Footprint;
  /** @param send - to be called once, however long that takes */
  answered(answer: ReadyAnswer, send: () => void): void;
  /** As {@link answered}, for a request that has failed. */
  failed(answer: ErrorAnswer, send: () => void): void;
  /** A filter of the application has replied in its own way. */
  repliedElsewhere(status: number): void;
}

/** What a channel does for a request once it has been let in. The application may put guards, interceptors, pipes and filters around it. */
export type ChannelStep<Context> = (
  ask: Ask,
  context: Context,
  exchange: { readonly request: FastifyRequest<ChannelRoute>; readonly reply: FastifyReply },
) => unknown;

/** Runs the service of a channel. */
export type ChannelInvocation = ChannelStep<InvocationContext>;

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
export function channelHandler(channel: Channel, invoke: ChannelInvocation, failures: FailureReply): WitnessedHandler {
  const placeholders = placeholdersOf(channel.path);
  const { timeoutMs, partialStatus, representation } = channel;
  const expiry = () => new DeadlineExceededError(channel.service.name, timeoutMs);

  return (request, reply, witness) => {
    const scope = new Scope(TimeLimit.in(timeoutMs - request.authenticationMs), expiry);
    const response = new Response();
    const composition = new Branches(wantsAllOrNothing(request.head.prefer));
    let work: Set<CancelScope> | undefined;
    const end = () => {
      scope.close();
      work?.delete(scope);
    };
    const exchange = { request, reply, witness };
    const fail = (thrown: unknown) => {
      end();
      giveFailure(exchange, thrown, failures);
    };
    const succeed = (payload: unknown) => {
      end();
      try {
        if (composition.isUsed) tellOfComposite(response, composition, partialStatus);
        giveAnswer(exchange, readyAnswer(response, payload, channel.service.name), representation);
      } catch (thrown) {
        fail(thrown);
      }
    };
    try {
      const { input, texts } = inputOf(request, placeholders);
      const { caller } = request;
      const inbound = new ChannelRequest(request);
      const ask: Ask = { input, texts, payload: request.body, http: inbound, response };
      const footprint = witness ? witness.footprint : new Trace();
      const context = { cid: request.id, scope, depth: 1, composition, inbound, footprint, caller };
      const payload = invoke(ask, context, { request, reply });
      if (!hasToWait(payload)) return succeed(payload);
      scope.whenLasting(() => {
        noteLasting(reply.raw, { awaited: payload, footprint });
        if (!witness) (work = workFor(request.raw.socket)).add(scope);
      });
      payload.then(succeed, fail);
    } catch (thrown) {
      fail(thrown);
    }
  };
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorResponse } from '@trunkline/failures';
import {
  type ErrorResponder,
  type Representation,
  type RouteGeneric,
  type SerializedResponse,
  writeResponse,
} from '@trunkline/http-server';
import type { SideEffects } from '@trunkline/service';

/** A request, its reply, and the observer of its response. */
export interface RequestContext {
  readonly request: FastifyRequest<RouteGeneric>;
  readonly reply: FastifyReply;
  readonly observer: ResponseObserver | undefined;
}

/** Receives the response to a request before the client does. An observed request continues when its client disconnects. */
export interface ResponseObserver {
  readonly sideEffects: SideEffects;
  /** @param send - the observer calls it once, at any time */
  onResponse(response: SerializedResponse, send: () => void): void;
  /** Receives the response to a failed request. */
  onError(response: ErrorResponse, send: () => void): void;
  /** Called when a filter of the application has replied itself. */
  onFilterReply(status: number): void;
}

/** Sends the response to a request, unless a filter of the application has replied itself. */
export function sendResponse(
  context: RequestContext,
  response: SerializedResponse,
  representation: Representation,
): void {
  if (observeFilterReply(context)) return;
  const { request, reply, observer } = context;
  if (!observer) return writeResponse(request, reply, { response, representation });
  observer.onResponse(response, () => writeResponse(request, reply, { response, representation }));
}

/** Sends the error response to a failed request, unless a filter of the application has replied itself. */
export function sendFailure(context: RequestContext, thrown: unknown, errorResponder: ErrorResponder): void {
  if (observeFilterReply(context)) return;
  const { request, reply, observer } = context;
  if (!observer) return errorResponder.send(thrown, request, reply);
  const response = errorResponder.createErrorResponse(thrown, request, reply);
  observer.onError(response, () => errorResponder.sendErrorResponse(response, request, reply));
}

/** Whether a filter of the application has replied itself: then nothing else is sent. */
function observeFilterReply({ reply, observer }: RequestContext): boolean {
  if (reply.sent) observer?.onFilterReply(reply.statusCode);
  return reply.sent;
}

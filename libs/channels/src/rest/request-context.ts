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

/** A request, its reply, and whoever wants to see the answer before the client does. */
export interface RequestContext {
  readonly request: FastifyRequest<RouteGeneric>;
  readonly reply: FastifyReply;
  readonly observer: ResponseObserver | undefined;
}

/** Sees what a request comes to before the client does. The work it watches goes on to its end when the client leaves. */
export interface ResponseObserver {
  readonly sideEffects: SideEffects;
  /** @param send - to be called once, however long that takes */
  onResponse(answer: SerializedResponse, send: () => void): void;
  /** As {@link onResponse}, for a request that has failed. */
  onError(answer: ErrorResponse, send: () => void): void;
  /** A filter of the application has replied in its own way. */
  onFilterReply(status: number): void;
}

/** Ends an exchange with an answer; where a filter of the application has replied in its own way, that was the answer. */
export function sendResponse(
  { request, reply, observer }: RequestContext,
  response: SerializedResponse,
  representation: Representation,
): void {
  if (reply.sent) return observer?.onFilterReply(reply.statusCode);
  if (!observer) return writeResponse(request, reply, { response, representation });
  observer.onResponse(response, () => writeResponse(request, reply, { response, representation }));
}

/** Ends an exchange that has failed with whatever was thrown. */
export function sendFailure(
  { request, reply, observer }: RequestContext,
  thrown: unknown,
  failures: ErrorResponder,
): void {
  if (reply.sent) return observer?.onFilterReply(reply.statusCode);
  if (!observer) return failures.send(thrown, request, reply);
  const answer = failures.createErrorResponse(thrown, request, reply);
  observer.onError(answer, () => failures.sendErrorResponse(answer, request, reply));
}

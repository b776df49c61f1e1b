import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type ErrorResponder,
  type Representation,
  type RouteGeneric,
  type SerializedResponse,
  writeResponse,
} from '@trunkline/http-server';
import type { ResponseObserver } from './request-handler';

/** A request, its reply, and whoever wants to see the answer before the client does. */
export interface RequestContext {
  readonly request: FastifyRequest<RouteGeneric>;
  readonly reply: FastifyReply;
  readonly observer: ResponseObserver | undefined;
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

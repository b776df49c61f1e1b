import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorResponder } from '../response/error-responder';

/** Types of the path parameters and the query of a route. */
export interface RouteGeneric {
  Params: Readonly<Record<string, string>>;
  Querystring: Readonly<Record<string, string | readonly string[]>>;
}

/** A request that has been routed, with an unread body. */
export type RoutedRequest = FastifyRequest<RouteGeneric>;

/**
 * A step that a request passes before its body is read. It throws, or rejects, with the failure to respond with, and returns a promise only
 * if it waits for something.
 */
export type OnRequestStep = (request: RoutedRequest, reply: FastifyReply) => void | Promise<void>;

/** Handles a request that has passed its steps. */
type StepsPassed = (request: RoutedRequest, reply: FastifyReply) => void;

/**
 * Creates an `onRequest` hook that runs the steps of a route in order, synchronously until a step returns a promise, and then `next`. The
 * hook does not return to Fastify, whose further stages a route of steps does not need: each costs every request time.
 */
export function createOnRequestHook(
  steps: readonly OnRequestStep[],
  next: StepsPassed,
  errorResponder: ErrorResponder,
): StepsPassed {
  const runFrom = (first: number, request: RoutedRequest, reply: FastifyReply): void | Promise<void> => {
    for (let index = first; index < steps.length; index += 1) {
      const pending = steps[index]?.(request, reply);
      if (pending) return pending.then(() => runFrom(index + 1, request, reply));
    }
    next(request, reply);
  };

  return (request, reply) => {
    try {
      const pending = runFrom(0, request, reply);
      if (pending) pending.catch((thrown: unknown) => errorResponder.send(thrown, request, reply));
    } catch (thrown) {
      errorResponder.send(thrown, request, reply);
    }
  };
}

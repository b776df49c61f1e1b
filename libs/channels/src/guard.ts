import { failureOf } from '@trunkline/failures';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptsOneOf } from './accept';
import { assertReadableBody } from './body/media-type';
import type { ChannelRoute } from './channel';
import type { FailureReply } from './failure-reply';
import type { Representation } from './representation/representation';

/** A request whose head is there, and whose body has not been looked at. */
export type GuardedRequest = FastifyRequest<ChannelRoute>;

/**
 * One thing that a request has to pass before its body is read. Throws to refuse it; gives a promise only where there is something
 * to wait for.
 */
export type GuardStep = (request: GuardedRequest, reply: FastifyReply) => void | Promise<void>;

/**
 * The hook that takes a request through the steps of its channel, one after the other. One hook for all of them, which goes on in
 * the same turn as long as none has to wait: each further hook of Fastify's costs every request 0.3 µs.
 */
export function guard(steps: readonly GuardStep[], failures: FailureReply) {
  const takeFrom = (first: number, request: GuardedRequest, reply: FastifyReply): undefined | Promise<void> => {
    for (let index = first; index < steps.length; index += 1) {
      const waiting = steps[index]?.(request, reply);
      if (waiting) return waiting.then(() => takeFrom(index + 1, request, reply));
    }
    return undefined;
  };

  return (request: GuardedRequest, reply: FastifyReply, proceed: () => void): void => {
    try {
      const waiting = takeFrom(0, request, reply);
      if (waiting) waiting.then(proceed, (refusal: unknown) => failures.send(refusal, request, reply));
      else proceed();
    } catch (refusal) {
      failures.send(refusal, request, reply);
    }
  };
}

/** Can the answer be read, and the body? */
export function negotiation({ mediaTypes }: Representation): GuardStep {
  const acceptable = [...mediaTypes, 'application/problem+json'];
  return ({ head: { accept, contentType, contentEncoding } }) => {
    if (!acceptsOneOf(accept, acceptable)) throw failureOf('NOT_ACCEPTABLE', { data: { acceptable: mediaTypes } });
    if (contentType !== undefined) assertReadableBody(contentType, contentEncoding);
    return undefined;
  };
}

import { createFailure } from '@trunkline/failures';
import { acceptsOneOf, assertReadableBody, type OnRequestStep } from '@trunkline/http-server';
import type { Channel } from '../../rest/channel';

/** Checks that the client can read the response, and the bus the body. The body of a GET is never read. */
export function createNegotiationStep({ method, representation: { mediaTypes } }: NegotiatedChannel): OnRequestStep {
  const acceptable = [...mediaTypes, 'application/problem+json'];
  const readsBody = method !== 'GET';
  return ({ head }) => {
    if (!acceptsOneOf(head.accept, acceptable))
      throw createFailure('NOT_ACCEPTABLE', { data: { acceptable: mediaTypes } });
    if (readsBody) assertReadableBody(head, method);
    return undefined;
  };
}

type NegotiatedChannel = Pick<Channel, 'method' | 'representation'>;

import { createFailure } from '@trunkline/failures';
import { acceptsOneOf, assertReadableBody, type OnRequestStep } from '@trunkline/http-server';
import { z } from 'zod';
import type { ChannelFeature } from '../../channel-feature';
import { hasBody } from '../../openapi/described-channel';
import type { Channel } from '../../rest/channel';

const MEDIA_TYPE = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/;

type Options = {
  readonly produces: readonly string[];
};

/** Rejects requests whose body the bus cannot read, or whose client cannot read the response. */
export const negotiation = {
  options: {
    produces: z
      .array(z.string().regex(MEDIA_TYPE, 'expected a media type in lower case, such as text/csv'))
      .min(1)
      .default(['application/json'])
      .describe('Media types of the responses of the service; a client that accepts none of them gets 406'),
  },
  onRequest: createNegotiationStep,
  represent: ({ options }) => ({ mediaTypes: options.produces }),
  describe: (channel) => ({
    codes: hasBody(channel) ? ['NOT_ACCEPTABLE', 'UNSUPPORTED_MEDIA_TYPE'] : ['NOT_ACCEPTABLE'],
  }),
} satisfies ChannelFeature<Options>;

/** The body of a GET is never read. */
function createNegotiationStep({ options: { method, produces } }: Channel<Options>): OnRequestStep {
  const acceptable = [...produces, 'application/problem+json'];
  const readsBody = method !== 'GET';
  return ({ head }) => {
    if (!acceptsOneOf(head.accept, acceptable))
      throw createFailure('NOT_ACCEPTABLE', { data: { acceptable: produces } });
    if (readsBody) assertReadableBody(head, method);
    return undefined;
  };
}

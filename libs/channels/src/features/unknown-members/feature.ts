import type { OnRequestStep } from '@trunkline/http-server';
import { z } from 'zod';
import type { ChannelFeature } from '../../channel-feature';
import type { Channel } from '../../http/channel';

declare module 'fastify' {
  interface FastifyRequest {
    /** Where the input may have unknown members that are removed. Default: `nowhere`. */
    unknownMembersDropped: 'nowhere' | 'in query' | 'anywhere';
  }
}

const policy = z.enum(['refuse', 'drop']);

type Options = {
  readonly unknown: 'refuse' | 'drop';
  readonly unknownQuery: 'refuse' | 'drop';
};

/** Removes members that the declared input does not have, where a channel does not reject them. */
export const unknownMembers = {
  options: {
    unknown: policy
      .default('refuse')
      .describe(
        'What happens to members that the declared input does not have: 400, or they are removed, nested ones too',
      ),
    unknownQuery: policy
      .default('refuse')
      .describe('The same for members of the query alone, such as those that trackers and cache busters add'),
  },
  onRequest: createMarkStep,
} satisfies ChannelFeature<Options>;

/** The members are known only once the input is merged and validated. */
function createMarkStep({ options: { unknown, unknownQuery } }: Channel<Options>): OnRequestStep | undefined {
  if (unknown === 'refuse' && unknownQuery === 'refuse') return undefined;
  const dropped = unknown === 'drop' ? 'anywhere' : 'in query';
  return (request) => {
    request.unknownMembersDropped = dropped;
  };
}

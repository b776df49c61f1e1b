import { createFailure } from '@trunkline/failures';
import { acceptsOneOf, assertReadableBody, type OnRequestStep } from '@trunkline/http-server';
import { z } from 'zod';
import { AcceptedFormats } from '../../bodies/accepted-formats';
import { acceptsOnlyJson, BODY_FORMAT_NAMES, type BodyOptions, listChannelFormats } from '../../bodies/body-formats';
import type { ChannelFeature } from '../../channel-feature';
import { hasBody } from '../../openapi/described-channel';
import type { Channel } from '../../http/channel';
import type { CoreOptions, OptionProblem } from '../../http/channel-options';

const MEDIA_TYPE = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/;

type Options = BodyOptions & {
  readonly produces: readonly string[];
  readonly async?: unknown;
};

/** Rejects requests whose body the bus cannot read, or whose client cannot read the response. */
export const negotiation = {
  options: {
    produces: z
      .array(z.string().regex(MEDIA_TYPE, 'expected a media type in lower case, such as text/csv'))
      .min(1)
      .default(['application/json'])
      .describe('Media types of the responses of the service; a client that accepts none of them gets 406'),
    accepts: z
      .array(z.enum(BODY_FORMAT_NAMES))
      .min(1)
      .default(['json'])
      .describe('Formats of request bodies; a client that sends another one, or names none, gets 415'),
    body: z
      .enum(['buffer', 'stream'])
      .default('buffer')
      .describe('What the service gets of a `binary` body: its bytes, or a stream that it reads while they arrive'),
  },
  findProblems: findAcceptsProblems,
  onRequest: createNegotiationStep,
  represent: ({ options }) => ({ mediaTypes: options.produces }),
  describe: (channel) => ({
    codes: hasBody(channel) ? ['NOT_ACCEPTABLE', 'UNSUPPORTED_MEDIA_TYPE'] : ['NOT_ACCEPTABLE'],
    ...(!acceptsOnlyJson(channel.options.accepts) && {
      bodyFormats: [...listChannelFormats(channel.options).values()],
    }),
  }),
} satisfies ChannelFeature<Options>;

function findAcceptsProblems(options: CoreOptions & Options): readonly OptionProblem[] {
  const { method, topic, accepts, body, async } = options;
  if (body === 'stream' && !accepts.includes('binary'))
    return [{ key: 'body', message: 'expected `accepts` with `binary`: bodies of other formats are no streams' }];
  if (acceptsOnlyJson(accepts)) return [];
  if (method === 'GET') return [{ key: 'accepts', message: 'expected no `accepts`: the body of a GET is not read' }];
  const isStored = topic !== undefined || (async ?? false) !== false;
  const formats = isStored ? [...listChannelFormats(options)] : [];
  const lost = formats.filter(([, { isStorable }]) => !isStorable);
  return lost.map(([name]) => ({
    key: 'accepts',
    message: `expected no \`${name}\`: a job cannot have it as its input`,
  }));
}

/** The body of a GET is never read. */
function createNegotiationStep({ options }: Channel<Options>): OnRequestStep {
  const { method, produces, accepts } = options;
  const acceptable = [...produces, 'application/problem+json'];
  const readsBody = method !== 'GET';
  const formats = acceptsOnlyJson(accepts) ? undefined : new AcceptedFormats(listChannelFormats(options));
  return ({ head }) => {
    if (!acceptsOneOf(head.accept, acceptable))
      throw createFailure('NOT_ACCEPTABLE', { data: { acceptable: produces } });
    if (formats) formats.check(head, method);
    else if (readsBody) assertReadableBody(head, method);
    return undefined;
  };
}

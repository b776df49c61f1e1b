import type { OnRequestStep } from '@trunkline/http-server';
import { z } from 'zod';
import type { ChannelFeature } from '../../channel-feature';
import { type Channel, listPlaceholders } from '../../http/channel';
import type { CoreOptions, OptionProblem } from '../../http/channel-options';
import { getParameterStyle, QUERY_NOTATIONS, type QueryNotation } from './notations';
import { QueryReader } from './query-reader';

declare module 'fastify' {
  interface FastifyRequest {
    /** The members of the query, where the channel reads their notations. Default: `query`. */
    queryMembers: Readonly<Record<string, unknown>> | undefined;
  }
}

type Options = { readonly query?: Readonly<Record<string, QueryNotation>> | undefined };

/** Reads members of the query in other notations than a repeated key. */
export const query = {
  options: {
    query: z
      .record(z.string().regex(/^[^[\]]+$/, 'expected a name without brackets'), z.enum(QUERY_NOTATIONS))
      .optional()
      .describe(
        'Notation of members of the query: repeated (a=1&a=2, the default), comma (a=1,2), space, pipe, brackets (a[]=1) or deep (a[b]=1)',
      ),
  },
  findProblems: findQueryProblems,
  onRequest: createQueryStep,
  describe: ({ options }) => {
    const notations = Object.entries(options.query ?? {});
    if (notations.length === 0) return {};
    return { queryStyles: new Map(notations.map(([name, notation]) => [name, getParameterStyle(notation)])) };
  },
} satisfies ChannelFeature<Options>;

function findQueryProblems(options: CoreOptions & Options): readonly OptionProblem[] {
  return listPlaceholders(options.path)
    .filter((name) => Object.hasOwn(options.query ?? {}, name))
    .map((name) => ({ key: 'query', message: `expected no \`${name}\`: it is a placeholder of the path` }));
}

/** The original query stays what `this.request.http.query` has. */
function createQueryStep({ options }: Channel<Options>): OnRequestStep | undefined {
  const notations = Object.entries(options.query ?? {}).filter(([, notation]) => notation !== 'repeated');
  if (notations.length === 0) return undefined;
  const reader = new QueryReader(new Map(notations));
  return (request) => {
    if (request.url.includes('?')) request.queryMembers = reader.read(request.query);
  };
}

import { z } from 'zod';
import type { ChannelFeature } from '../../channel-feature';
import type { CoreOptions, OptionProblem } from '../../http/channel-options';

type Options = { readonly rawBody: boolean; readonly async?: unknown };

/** Keeps the bytes of a body as `this.request.rawBody`, such as for a signature that the service checks. */
export const rawBody = {
  options: {
    rawBody: z
      .boolean()
      .default(false)
      .describe('Whether this.request.rawBody has the bytes of the body as they were received'),
  },
  findProblems: findRawBodyProblems,
} satisfies ChannelFeature<Options>;

function findRawBodyProblems(options: CoreOptions & Options): readonly OptionProblem[] {
  const { method, topic, async } = options;
  if (!options.rawBody) return [];
  if (method === 'GET') return [{ key: 'rawBody', message: 'expected no `rawBody`: the body of a GET is not read' }];
  if (topic === undefined && async !== true) return [];
  return [{ key: 'rawBody', message: 'expected no `rawBody`: a job has the input alone' }];
}

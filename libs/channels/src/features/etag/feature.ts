import { z } from 'zod';
import type { ChannelFeature } from '../../channel-feature';
import type { Parameter } from '../../openapi/openapi-document';

type Options = {
  readonly etag: boolean;
};

const ETAG_HEADER = {
  ETag: { description: 'Names this state of the answer, for If-None-Match', schema: { type: 'string' } },
};

const IF_NONE_MATCH: Parameter = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  schema: { type: 'string' },
};

/** Answers 304 to a client that has the current representation already (RFC 9110, section 13.1.2). */
export const etag = {
  options: {
    etag: z
      .boolean()
      .default(false)
      .describe('Whether answers to GET have an ETag, so that a client that has it already gets 304'),
  },
  findProblems: ({ method, etag: hasEtag }) =>
    hasEtag && method !== 'GET' ? [{ key: 'etag', message: 'expected no `etag`: only answers to GET have one' }] : [],
  represent: ({ options }) => ({ hasEtag: options.etag }),
  describe: ({ options }) =>
    options.etag
      ? {
          parameters: [IF_NONE_MATCH],
          payloadHeaders: ETAG_HEADER,
          responses: { '304': { description: 'As If-None-Match has it.', headers: ETAG_HEADER } },
        }
      : {},
} satisfies ChannelFeature<Options>;

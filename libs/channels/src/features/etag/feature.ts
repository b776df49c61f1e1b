import { z } from 'zod';
import type { ChannelFeature } from '../../channel-feature';
import type { Parameter } from '../../openapi/openapi-document';

type Options = {
  readonly etag: boolean;
};

const ETAG_HEADER = {
  ETag: { description: 'Identifies this version of the response, for If-None-Match', schema: { type: 'string' } },
};

const IF_NONE_MATCH: Parameter = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  schema: { type: 'string' },
};

/** Responds 304 to a client that has the current representation (RFC 9110 §13.1.2). */
export const etag = {
  options: {
    etag: z
      .boolean()
      .default(false)
      .describe('Whether responses to GET have an ETag, so that a client with the current version gets 304'),
  },
  findProblems: ({ method, etag: hasEtag }) =>
    hasEtag && method !== 'GET' ? [{ key: 'etag', message: 'expected no `etag`: only responses to GET have one' }] : [],
  represent: ({ options }) => ({ hasEtag: options.etag }),
  describe: ({ options }) =>
    options.etag
      ? {
          parameters: [IF_NONE_MATCH],
          payloadHeaders: ETAG_HEADER,
          responses: { '304': { description: 'The client has the current version.', headers: ETAG_HEADER } },
        }
      : {},
} satisfies ChannelFeature<Options>;

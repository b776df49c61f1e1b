import type { ChannelFeature } from '../../channel-feature';
import { type CorsOptions, createCorsStep } from './cors';
import { corsOption } from './cors-options';

const RESPONSE_HEADERS = {
  'Access-Control-Allow-Origin': {
    description: 'Origin whose pages may read the response',
    schema: { type: 'string' },
  },
  'Access-Control-Expose-Headers': {
    description: 'Headers of the response that pages may read',
    schema: { type: 'string' },
  },
};

/** Lets pages of other origins call a channel from a browser (Fetch standard, "CORS protocol"). */
export const cors = {
  options: { cors: corsOption.optional() },
  onRequest: ({ options }) => options.cors && createCorsStep(options.cors),
  describe: ({ options }) => (options.cors ? { headers: RESPONSE_HEADERS } : {}),
} satisfies ChannelFeature<CorsOptions>;

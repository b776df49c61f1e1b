import type { DescribedFeatures } from './described-channel';
import type { Header } from './openapi-document';

const COUNT = { type: 'integer', minimum: 0 };

/** Headers of answers. */
export const RESPONSE_HEADERS = {
  'X-Request-ID': {
    description: "By which the log knows this request: the caller's own X-Request-ID, or a new one",
    schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,128}$' },
  },
  'Retry-After': { description: 'Seconds after which to try again', schema: { type: 'integer', minimum: 0 } },
  'WWW-Authenticate': { description: 'Which credentials are asked for', schema: { type: 'string' } },
  Location: { description: 'Where the result can be asked for', schema: { type: 'string', format: 'uri-reference' } },
  ETag: { description: 'Names this state of the answer, for If-None-Match', schema: { type: 'string' } },
  RateLimit: {
    description: 'What is left of each limit (`r`), and seconds until there is more of it (`t`)',
    schema: { type: 'string' },
  },
  'RateLimit-Policy': {
    description: 'The limits by name: how many requests (`q`) in how many seconds (`w`)',
    schema: { type: 'string' },
  },
  'X-RateLimit-Limit': { description: 'Of the limit that is closest to being reached: how many', schema: COUNT },
  'X-RateLimit-Remaining': { description: 'Of that limit: how many are left', schema: COUNT },
  'X-RateLimit-Reset': { description: 'Of that limit: seconds until there is more of it', schema: COUNT },
  'Access-Control-Allow-Origin': { description: 'Whose pages may read this answer', schema: { type: 'string' } },
  'Access-Control-Expose-Headers': { description: 'Which headers of it they may read', schema: { type: 'string' } },
} as const satisfies Readonly<Record<string, Header>>;

/** A header that answers may have. */
export type ResponseHeader = keyof typeof RESPONSE_HEADERS;

const RATE_LIMIT_HEADERS = [
  'RateLimit',
  'RateLimit-Policy',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
] as const satisfies readonly ResponseHeader[];
const CORS_HEADERS = [
  'Access-Control-Allow-Origin',
  'Access-Control-Expose-Headers',
] as const satisfies readonly ResponseHeader[];

/** Headers that answers of a channel have because of its terms, whatever they say. */
export function listFeatureHeaders({ isRateLimited, hasCors }: DescribedFeatures = {}): readonly ResponseHeader[] {
  return [...(isRateLimited === true ? RATE_LIMIT_HEADERS : []), ...(hasCors === true ? CORS_HEADERS : [])];
}

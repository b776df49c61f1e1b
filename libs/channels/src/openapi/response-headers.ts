import type { Header } from './openapi-document';

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
} as const satisfies Readonly<Record<string, Header>>;

/** A header that answers may have. */
export type ResponseHeader = keyof typeof RESPONSE_HEADERS;

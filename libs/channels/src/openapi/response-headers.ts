/** The header that every response of the bus has. */
export const REQUEST_ID_HEADER = {
  'X-Request-ID': {
    description: "Identifies the request in the log: the client's X-Request-ID, or a new one",
    schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,128}$' },
  },
};

/** The header of responses after which a client should wait. */
export const RETRY_AFTER_HEADER = {
  'Retry-After': { description: 'Seconds to wait before a retry', schema: { type: 'integer', minimum: 0 } },
};

/** The header of every 401 (RFC 9110 §11.6.1). */
export const CHALLENGE_HEADER = {
  'WWW-Authenticate': { description: 'Accepted authentication schemes', schema: { type: 'string' } },
};

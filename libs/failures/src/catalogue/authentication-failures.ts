import type { CatalogueEntry } from './catalogue-entry';

/** Failures of requests whose sender is unknown or not permitted (RFC 9110 §15.5.2, §15.5.4). */
export const AUTHENTICATION_FAILURES = [
  {
    code: 'AUTH_REQUIRED',
    kind: 'unauthenticated',
    status: 401,
    title: 'Authentication required',
    retry: 'never',
    meaning: 'The request has no credentials, and this channel requires them.',
    remedy: 'Send credentials as described in the WWW-Authenticate header.',
  },
  {
    code: 'INVALID_AUTH_HEADER',
    kind: 'unauthenticated',
    status: 401,
    title: 'Invalid authentication header',
    retry: 'never',
    meaning: 'The header with the credentials is malformed.',
    remedy: 'Write the header as described in the WWW-Authenticate header.',
  },
  {
    code: 'INVALID_TOKEN',
    kind: 'unauthenticated',
    status: 401,
    title: 'Invalid token',
    retry: 'never',
    meaning: 'The bearer token is unknown, was not issued for this bus, or has an invalid signature.',
    remedy: 'Get a new token.',
  },
  {
    code: 'INVALID_CREDENTIALS',
    kind: 'unauthenticated',
    status: 401,
    title: 'Invalid credentials',
    retry: 'never',
    meaning: 'The API key, or the user name and password, are not valid.',
    remedy: 'Check the credentials, or request new ones.',
  },
  {
    code: 'TOKEN_EXPIRED',
    kind: 'unauthenticated',
    status: 401,
    title: 'Token expired',
    retry: 'never',
    meaning: 'The token has expired.',
    remedy: 'Get a new token and send the request again.',
  },
  {
    code: 'WEBHOOK_SIGNATURE_INVALID',
    kind: 'unauthenticated',
    status: 401,
    title: 'Webhook signature invalid',
    retry: 'never',
    meaning:
      'The signature of the webhook is missing, wrong or too old, or was made with another secret. The log of the bus has the reason.',
    remedy: 'Sign the exact bytes of the body with the secret of this channel, and send them at once.',
  },
  {
    code: 'FORBIDDEN',
    kind: 'forbidden',
    status: 403,
    title: 'Forbidden',
    retry: 'never',
    meaning: 'The caller is authenticated but not permitted to do this.',
    remedy: 'Request the permission from the operators of this bus.',
  },
] as const satisfies readonly CatalogueEntry[];

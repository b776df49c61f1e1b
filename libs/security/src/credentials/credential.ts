import { httpUrl, secret, tlsSettings } from '@trunkline/config';
import { z } from 'zod';
import { scope } from '../definitions/scope';
import { isHeaderValue, isSettableHeaderName } from './header-rules';

const HEADER_SECRET_ERROR = { error: 'expected a secret of characters that a header allows' };
const headerSecret = () => secret().refine((text) => isHeaderValue(text) && text.trim() === text, HEADER_SECRET_ERROR);

/** A key, sent in a header. */
export const apiKeyCredential = z.strictObject({
  type: z.literal('apiKey'),
  header: z
    .string()
    .refine(isSettableHeaderName, { error: 'expected the name of a header such as X-Api-Key' })
    .describe('Header that carries the key'),
  key: headerSecret().describe('The key'),
});

/** A user name and a password, sent by HTTP Basic authentication. */
export const basicCredential = z.strictObject({
  type: z.literal('basic'),
  username: z
    .string()
    .refine((name) => !name.includes(':'), { error: 'expected a user name without a colon' })
    .describe('User name'),
  password: secret().describe('Password'),
});

/** A fixed token, sent as a bearer token. */
export const bearerCredential = z.strictObject({
  type: z.literal('bearer'),
  token: headerSecret().describe('The token'),
});

/** Access tokens that the bus fetches with its client credentials. */
export const oauth2Credential = z
  .strictObject({
    type: z.literal('oauth2'),
    tokenUrl: httpUrl().describe('URL of the token endpoint'),
    clientId: z.string().min(1).describe('Client id of the bus at the token endpoint'),
    clientSecret: secret().describe('Client secret'),
    scopes: z.array(scope).min(1).optional().describe('Scopes to request'),
    audience: z.string().min(1).optional().describe('Audience to request, if the server requires it'),
    tls: tlsSettings
      .optional()
      .describe('TLS of the token endpoint; the TLS settings of the connection do not apply to it'),
  })
  .describe('Access tokens, fetched when needed (RFC 6749 §4.4, client credentials)');

/** A credential that never changes. */
export type StaticCredential = z.output<typeof apiKeyCredential | typeof basicCredential | typeof bearerCredential>;

/** A credential that the bus exchanges for access tokens. */
export type OAuth2Credential = z.output<typeof oauth2Credential>;

/** What the bus authenticates with to another system. Outgoing connections refer to it by its name in the `security` section. */
export type Credential = StaticCredential | OAuth2Credential;

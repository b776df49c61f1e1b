import { httpUrl, secret, tlsSettings } from '@trunkline/config';
import { z } from 'zod';
import { type Header, isSettableHeaderName, isHeaderValue } from './request/header-rules';

const HEADER_SECRET_ERROR = { error: 'expected a secret that can stand in a header' };
const headerSecret = () => secret().refine((text) => isHeaderValue(text) && text.trim() === text, HEADER_SECRET_ERROR);

const apiKey = z
  .strictObject({
    type: z.literal('apiKey'),
    header: z
      .string()
      .refine(isSettableHeaderName, { error: 'expected the name of a header such as X-Api-Key' })
      .describe('Header that takes the key'),
    key: headerSecret().describe('The key'),
  })
  .describe('A key in a header');

const basic = z
  .strictObject({
    type: z.literal('basic'),
    username: z
      .string()
      .refine((name) => !name.includes(':'), { error: 'expected a user name without a colon' })
      .describe('User name'),
    password: secret().describe('Password'),
  })
  .describe('User name and password (RFC 7617)');

const bearer = z
  .strictObject({ type: z.literal('bearer'), token: headerSecret().describe('The token') })
  .describe('A token that does not change (RFC 6750)');

/** RFC 6749, appendix A.4: scopes are parted by blanks. */
const SCOPE = /^[\u0021\u0023-\u005b\u005d-\u007e]+$/;

const oauth2 = z
  .strictObject({
    type: z.literal('oauth2'),
    tokenUrl: httpUrl().describe('Where tokens are given out'),
    clientId: z.string().min(1).describe('Name of the bus there'),
    clientSecret: secret().describe('Its secret'),
    scopes: z
      .array(z.string().regex(SCOPE, 'expected a scope without blanks, quotes and backslashes'))
      .min(1)
      .optional()
      .describe('What tokens are to be good for'),
    audience: z.string().min(1).optional().describe('Whom tokens are to be for, where the server wants to be told'),
    tls: tlsSettings.optional().describe('TLS of the token endpoint; that of the connection is not used for it'),
  })
  .describe('Access tokens that are fetched when they are needed (RFC 6749 §4.4, client credentials)');

/** A credential of the bus, by which an upstream knows it: what an outgoing connection may name in the `security` section. */
export const credential = z.discriminatedUnion('type', [apiKey, basic, bearer, oauth2]);

/** A credential as it is configured. */
export type Credential = z.output<typeof credential>;

/** A credential that gets the bus an access token, which then is what it is known by. */
export type OAuth2Credential = Extract<Credential, { type: 'oauth2' }>;

/** A credential that never changes. */
export type StaticCredential = Exclude<Credential, OAuth2Credential>;

/** The header that carries a credential. */
export function createCredentialHeader(of: StaticCredential): Header {
  if (of.type === 'apiKey') return [of.header.toLowerCase(), of.key];
  if (of.type === 'bearer') return ['authorization', `Bearer ${of.token}`];
  // In UTF-8, which a server may ask for (RFC 7617 §2.1) and nearly all of them expect.
  return ['authorization', `Basic ${Buffer.from(`${of.username}:${of.password}`, 'utf8').toString('base64')}`];
}

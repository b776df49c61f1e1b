import { secret } from '@trunkline/config';
import { z } from 'zod';
import { isHeaderValue, isSettableHeaderName } from './header-rules';
import type { OAuth2Credential } from './oauth2-credential';

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

/** A credential that never changes. */
export type StaticCredential = z.output<typeof apiKeyCredential | typeof basicCredential | typeof bearerCredential>;

/** What the bus authenticates with to another system. Outgoing connections refer to it by its name in the `security` section. */
export type Credential = StaticCredential | OAuth2Credential;

import { secret } from '@trunkline/config';
import { z } from 'zod';
import { type Header, isFreeHeaderName, isHeaderValue } from '../request/header-rules';

const IN_HEADER = { error: 'expected a secret that can stand in a header' };
const headerSecret = () => secret().refine((text) => isHeaderValue(text) && text.trim() === text, IN_HEADER);

const apiKey = z
  .strictObject({
    type: z.literal('apiKey'),
    header: z
      .string()
      .refine(isFreeHeaderName, { error: 'expected the name of a header such as X-Api-Key' })
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

/** A credential of the bus, by which an upstream knows it: what an outgoing connection may name in the `security` section. */
export const credential = z.discriminatedUnion('type', [apiKey, basic, bearer]);

/** A credential as it is configured. */
export type Credential = z.output<typeof credential>;

/** The header that carries a credential. */
export function credentialHeader(of: Credential): Header {
  if (of.type === 'apiKey') return [of.header.toLowerCase(), of.key];
  if (of.type === 'bearer') return ['authorization', `Bearer ${of.token}`];
  // In UTF-8, which a server may ask for (RFC 7617 §2.1) and nearly all of them expect.
  return ['authorization', `Basic ${Buffer.from(`${of.username}:${of.password}`, 'utf8').toString('base64')}`];
}

import { z } from 'zod';
import { getHeader, type WebhookDelivery } from '../delivery';
import { defineWebhookScheme } from '../webhook-scheme';
import { decodeBase64, decodeHex } from './decode-key';
import { readPrefixed } from './prefixed-signature';
import { tolerance } from './tolerance';

/** A token (RFC 9110 §5.1). */
const headerName = z
  .string()
  .regex(/^[!#$%&'*+\-.^_`|~\w]+$/, 'expected the name of a header, such as X-Signature')
  .transform((name) => name.toLowerCase());
const PLACEHOLDER = /\{([^}]*)\}/;
const KNOWN = /^(?:body|timestamp|header\.[!#$%&'*+\-.^_`|~\w]+)$/;

const signed = z
  .string()
  .default('{body}')
  .refine((template) => template.split('{body}').length === 2, 'expected a text with {body} once')
  .refine(
    (template) => [...template.matchAll(/\{([^}]*)\}/g)].every(([, name = '']) => KNOWN.test(name)),
    'expected no other placeholders than {body}, {timestamp} and {header.NAME}',
  )
  .describe('The signed text, with {body}, {timestamp} (the value of `timestampHeader`) and {header.NAME}');

const KEY_DECODERS = { text: (secret: string) => Buffer.from(secret), base64: decodeBase64, hex: decodeHex } as const;

/** Senders without a scheme of their own: a keyed hash in a header, spelled out. */
export const hmac = defineWebhookScheme({
  name: 'hmac',
  description: 'Any sender with a keyed hash in a header, spelled out',
  options: {
    header: headerName.describe('Header of the signature'),
    algorithm: z.enum(['sha1', 'sha256', 'sha384', 'sha512']).default('sha256').describe('Hash of the HMAC'),
    encoding: z.enum(['hex', 'base64', 'base64url']).default('hex').describe('How the signature is written'),
    prefix: z.string().default('').describe('Text before the signature, such as sha256='),
    signed,
    timestampHeader: headerName.optional().describe('Header of the Unix time of a delivery. Default: it has none'),
    tolerance,
    secretEncoding: z
      .enum(['text', 'base64', 'hex'])
      .default('text')
      .describe('text: the secret is used as it is written; otherwise it is decoded first'),
    idHeader: headerName
      .optional()
      .describe('Header of the id that repetitions of a delivery share. Default: every delivery is accepted'),
  },
  formats: ['json', 'form'],
  create: ({ header, prefix, algorithm, encoding, timestampHeader, idHeader, ...options }) => ({
    toKey: KEY_DECODERS[options.secretEncoding],
    expectedSecret: `expected a secret in ${options.secretEncoding}`,
    mac: { algorithm, encoding },
    ...(timestampHeader !== undefined && { tolerance: { ms: options.tolerance, allowsFuture: false } }),
    read(delivery) {
      const timestamp = timestampHeader === undefined ? undefined : getHeader(delivery, timestampHeader);
      const messages = readPrefixed(delivery, { header, prefix }, fillIn(options.signed, delivery, timestamp));
      return 'reason' in messages ? messages : messages.map((message) => ({ ...message, timestamp }));
    },
    ...(idHeader !== undefined && { findId: (delivery: WebhookDelivery) => getHeader(delivery, idHeader) }),
  }),
});

/** Replaces the placeholders of a template; values may contain braces themselves. */
function fillIn(template: string, delivery: WebhookDelivery, timestamp = ''): readonly (string | Buffer)[] {
  // Every second part is the name of a placeholder.
  return template.split(PLACEHOLDER).map((part, index) => {
    if (index % 2 === 0) return part;
    if (part === 'body') return delivery.body;
    return part === 'timestamp' ? timestamp : (getHeader(delivery, part.slice('header.'.length).toLowerCase()) ?? '');
  });
}

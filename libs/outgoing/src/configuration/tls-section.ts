import { createSecureContext } from 'node:tls';
import { secret } from '@trunkline/config';
import { z } from 'zod';

const certificates = () =>
  z.string().includes('-----BEGIN CERTIFICATE-----', { error: 'expected certificates in PEM', abort: true });

/** How to trust and be trusted over TLS. That the other side is verified cannot be configured: it always is. */
export const tlsSection = z
  .strictObject({
    ca: certificates().optional().describe('Certificates (PEM) that are trusted in place of the usual ones'),
    cert: certificates()
      .optional()
      .describe('Certificate of the bus (PEM), with those between it and the one the other side trusts'),
    key: secret()
      .refine((text) => /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/.test(text) && !text.includes('ENCRYPTED'), {
        error: 'expected a private key in PEM, not encrypted',
        abort: true,
      })
      .optional()
      .describe('Its private key (PEM)'),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), {
    error: 'expected `cert` and `key` together',
  })
  .refine(({ cert, key }) => cert === undefined || key === undefined || isPair(cert, key), {
    error: 'expected the `key` that belongs to `cert`, both readable',
  });

/** How to trust and be trusted over TLS: all of it PEM. */
export type TlsSettings = z.output<typeof tlsSection>;

function isPair(cert: string, key: string): boolean {
  try {
    createSecureContext({ cert, key });
    return true;
  } catch {
    // What OpenSSL says of it helps nobody, and the schema says what is expected.
    return false;
  }
}

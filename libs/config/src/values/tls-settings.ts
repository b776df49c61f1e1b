import { z } from 'zod';
import { certificates, isKeyPair, privateKey } from './pem';

/** How to trust and be trusted over TLS. That the other side is verified cannot be configured: it always is. */
export const tlsSettings = z
  .strictObject({
    ca: certificates().optional().describe('Certificates (PEM) that are trusted in place of the usual ones'),
    cert: certificates()
      .optional()
      .describe('Certificate of the bus (PEM), with those between it and the one the other side trusts'),
    key: privateKey().optional().describe('Its private key (PEM)'),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), {
    error: 'expected `cert` and `key` together',
  })
  .refine(({ cert, key }) => cert === undefined || key === undefined || isKeyPair(cert, key), {
    error: 'expected the `key` that belongs to `cert`, both readable',
  });

/** How to trust and be trusted over TLS: all of it PEM. */
export type TlsSettings = z.output<typeof tlsSettings>;

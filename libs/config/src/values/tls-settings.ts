import { z } from 'zod';
import { certificates, isKeyPair, privateKey } from './pem';

/** TLS settings: trusted authorities, and the own certificate with its key. The certificate of the peer is always verified. */
export const tlsSettings = z
  .strictObject({
    ca: certificates().optional().describe('Trusted CA certificates (PEM), in place of those of Node'),
    cert: certificates().optional().describe('Client certificate of the bus (PEM), with its intermediate certificates'),
    key: privateKey().optional().describe('Private key of the certificate (PEM)'),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), {
    error: 'expected `cert` and `key` together',
  })
  .refine(({ cert, key }) => cert === undefined || key === undefined || isKeyPair(cert, key), {
    error: 'expected the `key` that belongs to `cert`, both readable',
  });

/** TLS settings, parsed: all values are PEM. */
export type TlsSettings = z.output<typeof tlsSettings>;

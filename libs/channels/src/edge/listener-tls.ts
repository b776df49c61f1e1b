import { certificates, isKeyPair, privateKey } from '@trunkline/config';
import { z } from 'zod';

/** `bus.http.tls`: the listener speaks HTTPS, and may ask clients for a certificate. */
export const listenerTls = z
  .strictObject({
    cert: certificates().describe('Certificate of the bus (PEM), with those between it and the one that clients trust'),
    key: privateKey().describe('Its private key (PEM)'),
    ca: certificates().optional().describe('Certificates (PEM) of the authorities that sign those of clients'),
    requestCert: z.boolean().default(false).describe('Whether clients are asked for a certificate; `mtls` needs it'),
  })
  .refine(({ cert, key }) => isKeyPair(cert, key), {
    error: 'expected the `key` that belongs to `cert`, both readable',
  })
  .refine(({ ca, requestCert }) => !requestCert || ca !== undefined, {
    error: 'expected `ca` beside `requestCert`: whom certificates of clients are to be signed by',
  })
  .describe('HTTPS in place of HTTP');

/** How a listener is to speak TLS: all of it PEM. */
export type ListenerTls = z.output<typeof listenerTls>;

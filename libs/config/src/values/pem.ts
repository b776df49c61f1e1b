import { createSecureContext } from 'node:tls';
import { z } from 'zod';
import { secret } from './secret';

/** One or more certificates in PEM. */
export function certificates() {
  return z.string().includes('-----BEGIN CERTIFICATE-----', { error: 'expected certificates in PEM', abort: true });
}

/** A private key in PEM, a secret. An encrypted key is rejected. */
export function privateKey() {
  return secret().refine(
    (text) => /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/.test(text) && !text.includes('ENCRYPTED'),
    {
      error: 'expected a private key in PEM, not encrypted',
      abort: true,
    },
  );
}

/** Checks that TLS can use the certificate with the key. */
export function isKeyPair(cert: string, key: string): boolean {
  try {
    createSecureContext({ cert, key });
    return true;
  } catch {
    // The error of OpenSSL is not helpful; the schema has the message.
    return false;
  }
}

import { createSecureContext } from 'node:tls';
import { z } from 'zod';
import { secret } from './secret';

/** Certificates in PEM. */
export function certificates() {
  return z.string().includes('-----BEGIN CERTIFICATE-----', { error: 'expected certificates in PEM', abort: true });
}

/** A private key in PEM, which is a secret; one that is encrypted is refused. */
export function privateKey() {
  return secret().refine(
    (text) => /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/.test(text) && !text.includes('ENCRYPTED'),
    {
      error: 'expected a private key in PEM, not encrypted',
      abort: true,
    },
  );
}

/** Can TLS use them together? */
export function isKeyPair(cert: string, key: string): boolean {
  try {
    createSecureContext({ cert, key });
    return true;
  } catch {
    // What OpenSSL says of it helps nobody, and the schema says what is expected.
    return false;
  }
}

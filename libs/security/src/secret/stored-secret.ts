import { hash, randomBytes, scrypt } from 'node:crypto';

/** A stored secret: its digest, or a salt and the scrypt hash of both. */
export type StoredSecret = { readonly digest: Buffer } | { readonly salt: Buffer; readonly derived: Buffer };

/** The hash algorithm for secrets in the configuration: `scrypt` for chosen secrets, `sha256` for random ones. */
export type HashAlgorithm = 'scrypt' | 'sha256';

const SHA_256_PATTERN = /^sha256:([\da-f]{64})$/i;
const SCRYPT_PATTERN = /^scrypt:([\w-]{22}):([\w-]{43})$/;
const HASH_PREFIX = /^(?:sha256|scrypt):/;

/** OWASP Password Storage Cheat Sheet: N = 2^15, r = 8, p = 3, as strong as its first choice, with 32 MiB of memory. */
const SCRYPT_COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 ** 2 };
const SALT_BYTES = 16;
const DERIVED_BYTES = 32;

/**
 * Creates the SHA-256 of a text, as the bytes of its hexadecimal form, which Node computes faster than raw bytes. Secrets are compared by
 * their digests, so that the time reveals neither their length nor the first difference.
 */
export function createDigest(text: string): Buffer {
  return Buffer.from(hash('sha256', text), 'latin1');
}

/** Checks for a secret in the clear or a valid hash. A text with the prefix of a hash, but not its form, is neither. */
export function isSecretOrHash(text: string): boolean {
  return !HASH_PREFIX.test(text) || SHA_256_PATTERN.test(text) || SCRYPT_PATTERN.test(text);
}

/** Checks for a scrypt hash. */
export function isScryptHash(text: string): boolean {
  return SCRYPT_PATTERN.test(text);
}

/** Parses a secret in the configuration: in the clear, `sha256:…` or `scrypt:…`. */
export function parseStoredSecret(text: string): StoredSecret {
  const [, hex] = SHA_256_PATTERN.exec(text) ?? [];
  if (hex !== undefined) return { digest: Buffer.from(hex.toLowerCase(), 'latin1') };
  const [, salt, derived] = SCRYPT_PATTERN.exec(text) ?? [];
  if (salt === undefined || derived === undefined) return { digest: createDigest(text) };
  return { salt: Buffer.from(salt, 'base64url'), derived: Buffer.from(derived, 'base64url') };
}

/**
 * Hashes a secret for the configuration.
 *
 * @param algorithm - `scrypt` for chosen secrets, which can be guessed; `sha256` for random ones
 */
export async function hashSecret(secret: string, algorithm: HashAlgorithm): Promise<string> {
  if (algorithm === 'sha256') return `sha256:${hash('sha256', secret)}`;
  const salt = generateSalt();
  return `scrypt:${salt.toString('base64url')}:${(await deriveByScrypt(secret, salt)).toString('base64url')}`;
}

/** Generates a random key of 256 bits, with a prefix that people and secret scanners recognize. */
export function generateKey(): string {
  return `tlk_${randomBytes(32).toString('base64url')}`;
}

export function generateSalt(): Buffer {
  return randomBytes(SALT_BYTES);
}

/** Hashes by scrypt, in a thread of libuv. */
export function deriveByScrypt(secret: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, DERIVED_BYTES, SCRYPT_COST, (error, derived) => (error ? reject(error) : resolve(derived)));
  });
}

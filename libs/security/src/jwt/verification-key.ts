import { createPublicKey, type KeyObject } from 'node:crypto';

/** Bytes that a shared secret needs at least: as many as the hash has (RFC 7518 §3.2). */
const MIN_SECRET_BYTES = { HS256: 32, HS384: 48, HS512: 64 } as const;
const RSA_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const;
/** RFC 7518 §3.4 */
const ALGORITHMS_BY_CURVE = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' } as const;
/** RFC 8037 and RFC 9864 have two names for one thing. */
const EDDSA_ALGORITHMS = ['EdDSA', 'Ed25519'] as const;
/** What an RSA key needs at least (RFC 7518 §3.3). */
export const MIN_RSA_BITS = 2_048;

/** Every algorithm that tokens may be signed with. There is no `none`. */
export const ALGORITHMS = [
  'HS256',
  'HS384',
  'HS512',
  ...RSA_ALGORITHMS,
  'ES256',
  'ES384',
  'ES512',
  ...EDDSA_ALGORITHMS,
] as const;

/** A signature algorithm of JSON Web Tokens. */
export type JwtAlgorithm = (typeof ALGORITHMS)[number];

/** Bytes that the secret of an algorithm needs at least; `undefined` for those that take a public key. */
export function getMinSecretBytes(algorithm: JwtAlgorithm): number | undefined {
  return hasKey(MIN_SECRET_BYTES, algorithm) ? MIN_SECRET_BYTES[algorithm] : undefined;
}

/** A public key in PEM, or that of a certificate; `undefined` for anything else, private keys included. */
export function parsePublicKey(pem: string): KeyObject | undefined {
  if (!/-----BEGIN (?:(?:RSA )?PUBLIC KEY|CERTIFICATE)-----/.test(pem) || pem.includes('PRIVATE KEY')) return undefined;
  try {
    return createPublicKey(pem);
  } catch {
    // What OpenSSL says of it helps nobody, and the schema says what is expected.
    return undefined;
  }
}

/** The algorithms that a public key can verify; none for an RSA key that is too short. */
export function listAlgorithms({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): readonly JwtAlgorithm[] {
  const { modulusLength = 0, namedCurve = '' } = asymmetricKeyDetails;
  if (asymmetricKeyType === 'rsa') return modulusLength >= MIN_RSA_BITS ? RSA_ALGORITHMS : [];
  if (asymmetricKeyType === 'ec')
    return hasKey(ALGORITHMS_BY_CURVE, namedCurve) ? [ALGORITHMS_BY_CURVE[namedCurve]] : [];
  return asymmetricKeyType === 'ed25519' ? EDDSA_ALGORITHMS : [];
}

function hasKey<T extends object>(table: T, key: PropertyKey): key is keyof T {
  return Object.hasOwn(table, key);
}

import { createPublicKey, type KeyObject } from 'node:crypto';

/** Bytes that a shared secret needs at least: as many as the hash has (RFC 7518 §3.2). */
const SHARED = { HS256: 32, HS384: 48, HS512: 64 } as const;
const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const;
/** RFC 7518 §3.4 */
const CURVES = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' } as const;
/** RFC 8037 and RFC 9864 have two names for one thing. */
const EDWARDS = ['EdDSA', 'Ed25519'] as const;
/** What an RSA key needs at least (RFC 7518 §3.3). */
export const LEAST_RSA_BITS = 2_048;

/** Every algorithm that tokens may be signed with. There is no `none`. */
export const ALGORITHMS = ['HS256', 'HS384', 'HS512', ...RSA, 'ES256', 'ES384', 'ES512', ...EDWARDS] as const;

/** A signature algorithm of JSON Web Tokens. */
export type JwtAlgorithm = (typeof ALGORITHMS)[number];

/** Bytes that the secret of an algorithm needs at least; `undefined` for those that take a public key. */
export function leastSecretBytes(algorithm: JwtAlgorithm): number | undefined {
  return isKeyOf(SHARED, algorithm) ? SHARED[algorithm] : undefined;
}

/** A public key in PEM, or that of a certificate; `undefined` for anything else, private keys included. */
export function readPublicKey(pem: string): KeyObject | undefined {
  if (!/-----BEGIN (?:(?:RSA )?PUBLIC KEY|CERTIFICATE)-----/.test(pem) || pem.includes('PRIVATE KEY')) return undefined;
  try {
    return createPublicKey(pem);
  } catch {
    // What OpenSSL says of it helps nobody, and the schema says what is expected.
    return undefined;
  }
}

/** The algorithms that a public key can verify; none for an RSA key that is too short. */
export function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): readonly JwtAlgorithm[] {
  const { modulusLength = 0, namedCurve = '' } = asymmetricKeyDetails;
  if (asymmetricKeyType === 'rsa') return modulusLength >= LEAST_RSA_BITS ? RSA : [];
  if (asymmetricKeyType === 'ec') return isKeyOf(CURVES, namedCurve) ? [CURVES[namedCurve]] : [];
  return asymmetricKeyType === 'ed25519' ? EDWARDS : [];
}

function isKeyOf<T extends object>(table: T, key: PropertyKey): key is keyof T {
  return Object.hasOwn(table, key);
}

import { createPublicKey, type KeyObject } from 'node:crypto';

/** Minimum bytes of a shared secret: the size of the hash (RFC 7518 §3.2). */
const MIN_SECRET_BYTES = { HS256: 32, HS384: 48, HS512: 64 } as const;
const RSA_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const;
/** RFC 7518 §3.4 */
const ALGORITHMS_BY_CURVE = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' } as const;
/** Two names of the same algorithm, from RFC 8037 and RFC 9864. */
const EDDSA_ALGORITHMS = ['EdDSA', 'Ed25519'] as const;
/** Minimum bits of an RSA key (RFC 7518 §3.3). */
export const MIN_RSA_BITS = 2_048;

/** The supported algorithms for signed tokens. `none` is not supported. */
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

/** Minimum bytes of the secret for an algorithm; `undefined` for algorithms with a public key. */
export function getMinSecretBytes(algorithm: JwtAlgorithm): number | undefined {
  return hasKey(MIN_SECRET_BYTES, algorithm) ? MIN_SECRET_BYTES[algorithm] : undefined;
}

/** Parses a public key, or the public key of a certificate, in PEM; `undefined` for anything else, private keys included. */
export function parsePublicKey(pem: string): KeyObject | undefined {
  if (!/-----BEGIN (?:(?:RSA )?PUBLIC KEY|CERTIFICATE)-----/.test(pem) || pem.includes('PRIVATE KEY')) return undefined;
  try {
    return createPublicKey(pem);
  } catch {
    // The error of OpenSSL is not helpful; the schema has the message.
    return undefined;
  }
}

/** Lists the algorithms that a public key can verify; none for an RSA key that is too short. */
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

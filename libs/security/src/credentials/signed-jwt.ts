import { constants, createPrivateKey, type KeyObject, sign, X509Certificate, createHash } from 'node:crypto';

/** The parameters of `sign` for an algorithm of JSON Web Tokens (RFC 7518 §3.1, RFC 8037 §3.1). */
interface SigningParameters {
  /** `undefined`: the algorithm includes its hash. */
  readonly hash: string | undefined;
  readonly keyType: string;
  /** Curve of an EC key. */
  readonly curve?: string;
  readonly isPss?: boolean;
}

/** All algorithms that the bus can sign tokens with; of those of one kind of key, the usual one first. */
export const SIGNING_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

/** An algorithm that the bus can sign tokens with. */
type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

const PARAMETERS: Readonly<Record<SigningAlgorithm, SigningParameters>> = {
  RS256: { hash: 'sha256', keyType: 'rsa' },
  RS384: { hash: 'sha384', keyType: 'rsa' },
  RS512: { hash: 'sha512', keyType: 'rsa' },
  PS256: { hash: 'sha256', keyType: 'rsa', isPss: true },
  PS384: { hash: 'sha384', keyType: 'rsa', isPss: true },
  PS512: { hash: 'sha512', keyType: 'rsa', isPss: true },
  ES256: { hash: 'sha256', keyType: 'ec', curve: 'prime256v1' },
  ES384: { hash: 'sha384', keyType: 'ec', curve: 'secp384r1' },
  ES512: { hash: 'sha512', keyType: 'ec', curve: 'secp521r1' },
  EdDSA: { hash: undefined, keyType: 'ed25519' },
};

/** Lists the algorithms that a private key in PEM can sign with, the usual one first; none for an unusable key. */
export function listSigningAlgorithms(pem: string): readonly SigningAlgorithm[] {
  const key = parsePrivateKey(pem);
  if (!key) return [];
  return SIGNING_ALGORITHMS.filter((algorithm) => {
    const { keyType, curve } = PARAMETERS[algorithm];
    return keyType === key.asymmetricKeyType && curve === key.asymmetricKeyDetails?.namedCurve;
  });
}

/** What a token is signed with. */
export interface JwtSigningKey {
  /** Private key in PEM. */
  readonly privateKey: string;
  /** Default: the usual one of the key. */
  readonly algorithm?: SigningAlgorithm | undefined;
  /** The `kid` of the header. Default: none. */
  readonly keyId?: string | undefined;
  /** Certificate of the key in PEM, whose thumbprints go into the header as `x5t` and `x5t#S256`. Default: none. */
  readonly certificate?: string | undefined;
}

/**
 * Signs claims as a JSON Web Token in compact form (RFC 7515 §7.1).
 *
 * @throws {TypeError} when the key cannot sign with the algorithm
 */
export function signJwt(claims: Readonly<Record<string, unknown>>, signingKey: JwtSigningKey): string {
  const { privateKey, keyId, certificate } = signingKey;
  const [usual] = listSigningAlgorithms(privateKey);
  const algorithm = signingKey.algorithm ?? usual;
  const key = parsePrivateKey(privateKey);
  if (!key || algorithm === undefined) throw new TypeError('expected a private key that can sign tokens');
  const header = {
    alg: algorithm,
    typ: 'JWT',
    ...(keyId !== undefined && { kid: keyId }),
    ...(certificate !== undefined && createThumbprints(certificate)),
  };
  const signed = `${encode(header)}.${encode(claims)}`;
  const { hash, isPss } = PARAMETERS[algorithm];
  const padding = isPss === true && {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  };
  // RFC 7518 §3.4: the two numbers of an ECDSA signature, without ASN.1.
  const signature = sign(hash, Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363', ...padding });
  return `${signed}.${signature.toString('base64url')}`;
}

/** RFC 7515 §4.1.7 and §4.1.8. Entra ID finds the key of a client by either. */
function createThumbprints(pem: string): Readonly<Record<string, string>> {
  const { raw } = new X509Certificate(pem);
  const digest = (hash: string) => createHash(hash).update(raw).digest('base64url');
  return { x5t: digest('sha1'), 'x5t#S256': digest('sha256') };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function parsePrivateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    // The error of OpenSSL is not helpful; the schema has the message.
    return undefined;
  }
}

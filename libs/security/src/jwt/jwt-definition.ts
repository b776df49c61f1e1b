import { duration, httpUrl, secret } from '@trunkline/config';
import { z } from 'zod';
import { ALGORITHMS, listAlgorithms, type JwtAlgorithm, getMinSecretBytes, parsePublicKey } from './verification-key';

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Callers identified by signed tokens. */
export const jwtDefinition = z
  .strictObject({
    type: z.literal('jwt'),
    algorithms: z.array(z.enum(ALGORITHMS)).min(1).describe('Algorithms that tokens may be signed with'),
    jwks: httpUrl()
      .refine(isSecureUrl, { error: 'expected an https:// URL, or a URL of this machine' })
      .optional()
      .describe("URL of the issuer's key set (JWKS)"),
    publicKey: z
      .string()
      .refine((pem) => parsePublicKey(pem) !== undefined, { error: 'expected a public key or certificate in PEM' })
      .optional()
      .describe('Key of the issuer (PEM), in place of `jwks`'),
    secret: secret()
      .refine((text) => !text.includes('-----BEGIN'), { error: 'expected a secret; a PEM goes to `publicKey`' })
      .optional()
      .describe('Secret shared with the issuer, in place of `jwks`, for HS256, HS384 and HS512'),
    issuer: z.string().min(1).describe('Required `iss` of tokens'),
    audience: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .describe('Accepted audiences: `aud` of tokens must have one of them'),
    clockTolerance: duration({ max: '5m' })
      .prefault('30s')
      .describe('Tolerated difference between the clocks of issuer and bus'),
    tokenType: z.string().min(1).optional().describe('Required `typ` of tokens, such as at+jwt (RFC 9068)'),
  })
  .refine(
    ({ jwks, publicKey, secret: shared }) => [jwks, publicKey, shared].filter((key) => key !== undefined).length === 1,
    {
      error: 'expected one of `jwks`, `publicKey` and `secret`',
    },
  )
  .refine((definition) => areKeysCompatible(definition), {
    error:
      'expected `algorithms` that match the key: HS256, HS384 and HS512 need a `secret` of at least 32, 48 or 64 bytes, the others a public key of their kind, RSA of at least 2048 bits',
  })
  .describe('Signed tokens (RFC 7519)');

/** Requires TLS, since an attacker who can replace keys in transit can sign tokens. */
function isSecureUrl(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || LOOPBACK_HOSTS.has(hostname);
}

interface KeyOptions {
  readonly algorithms: readonly JwtAlgorithm[];
  readonly publicKey?: string | undefined;
  readonly secret?: string | undefined;
}

function areKeysCompatible({ algorithms, publicKey, secret: shared }: KeyOptions): boolean {
  const needed = algorithms.map(getMinSecretBytes);
  if (shared !== undefined) return needed.every((bytes) => bytes !== undefined && Buffer.byteLength(shared) >= bytes);
  if (needed.some((bytes) => bytes !== undefined)) return false;
  const key = publicKey === undefined ? undefined : parsePublicKey(publicKey);
  return key === undefined || algorithms.every((algorithm) => listAlgorithms(key).includes(algorithm));
}

import { duration, httpUrl, secret } from '@trunkline/config';
import { z } from 'zod';
import { ALGORITHMS, listAlgorithms, type JwtAlgorithm, getMinSecretBytes, parsePublicKey } from './verification-key';

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Callers are known by signed tokens. */
export const jwtDefinition = z
  .strictObject({
    type: z.literal('jwt'),
    algorithms: z.array(z.enum(ALGORITHMS)).min(1).describe('Algorithms that tokens may be signed with'),
    jwks: httpUrl()
      .refine(isSecureUrl, { error: 'expected an https:// URL, or one of this machine' })
      .optional()
      .describe('Where the issuer publishes its keys'),
    publicKey: z
      .string()
      .refine((pem) => parsePublicKey(pem) !== undefined, { error: 'expected a public key or certificate in PEM' })
      .optional()
      .describe('Key of the issuer (PEM), in place of `jwks`'),
    secret: secret()
      .refine((text) => !text.includes('-----BEGIN'), { error: 'expected a secret; a PEM goes to `publicKey`' })
      .optional()
      .describe('Secret shared with the issuer, in place of `jwks`, for HS256, HS384 and HS512'),
    issuer: z.string().min(1).describe('What `iss` of tokens has to be'),
    audience: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .describe('What `aud` of tokens has to have one of'),
    clockTolerance: duration({ max: '5m' })
      .prefault('30s')
      .describe('How far the clocks of issuer and bus may be apart'),
    tokenType: z.string().min(1).optional().describe('What `typ` of tokens has to be, such as at+jwt (RFC 9068)'),
  })
  .refine(
    ({ jwks, publicKey, secret: shared }) => [jwks, publicKey, shared].filter((key) => key !== undefined).length === 1,
    {
      error: 'expected one of `jwks`, `publicKey` and `secret`',
    },
  )
  .refine((definition) => areKeysCompatible(definition), {
    error:
      'expected `algorithms` that the key is for: HS… takes a `secret` of 32, 48 or 64 bytes and more, the others a public key of their kind, RSA of at least 2048 bits',
  })
  .describe('Signed tokens (RFC 7519)');

/** Whoever can change keys on their way can sign tokens. */
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

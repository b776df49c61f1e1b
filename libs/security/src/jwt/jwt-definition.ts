import { duration, httpUrl, proxySection, secret, tlsSettings } from '@trunkline/config';
import { z } from 'zod';
import { isSecureUrl } from './issuer-url';
import { ALGORITHMS, listAlgorithms, type JwtAlgorithm, getMinSecretBytes, parsePublicKey } from './verification-key';

/** The path of a claim: its name, or names of members with dots between them. */
const claimPath = z.string().min(1);
const words = z.string().min(1);
const textOrTexts = z.union([words, z.array(words).min(1)]);

/** Callers identified by signed tokens. */
export const jwtDefinition = z
  .strictObject({
    type: z.literal('jwt'),
    algorithms: z.array(z.enum(ALGORITHMS)).min(1).describe('Algorithms that tokens may be signed with'),
    jwks: httpUrl({ allowQuery: true })
      .refine(isSecureUrl, { error: 'expected an https:// URL, or a URL of this machine' })
      .optional()
      .describe("URL of the issuer's key set (JWKS); without any key, it is found by the metadata of the `issuer`"),
    publicKey: z
      .string()
      .refine((pem) => parsePublicKey(pem) !== undefined, { error: 'expected a public key or certificate in PEM' })
      .optional()
      .describe('Key of the issuer (PEM), in place of `jwks`'),
    secret: secret()
      .refine((text) => !text.includes('-----BEGIN'), { error: 'expected a secret; a PEM goes to `publicKey`' })
      .optional()
      .describe('Secret shared with the issuer, in place of `jwks`, for HS256, HS384 and HS512'),
    issuer: textOrTexts.describe('Accepted issuers: `iss` of tokens must be one of them'),
    audience: textOrTexts.describe('Accepted audiences: `aud` of tokens must have one of them'),
    audienceFrom: claimPath
      .optional()
      .describe('Claim that is checked against `audience` in place of `aud`, such as client_id (Cognito)'),
    scopesFrom: z
      .array(claimPath)
      .min(1)
      .optional()
      .describe(
        'Claims with scopes, as names or paths such as realm_access.roles; default scope, scopes, scp and roles',
      ),
    tls: tlsSettings.optional().describe('TLS of the issuer, whose keys are fetched'),
    proxy: proxySection.optional().describe('Proxy of the issuer, whose keys are fetched; default off'),
    clockTolerance: duration({ max: '5m' })
      .prefault('30s')
      .describe('Tolerated difference between the clocks of issuer and bus'),
    tokenType: z.string().min(1).optional().describe('Required `typ` of tokens, such as at+jwt (RFC 9068)'),
  })
  .refine(hasOneSource, {
    error:
      'expected one of `jwks`, `publicKey` and `secret`, or an `issuer` with an https:// URL, whose metadata names its keys',
  })
  .refine((definition) => !hasLocalKey(definition) || (definition.tls ?? definition.proxy) === undefined, {
    error: 'expected no `tls` and `proxy` with `publicKey` or `secret`: no keys are fetched',
  })
  .refine((definition) => areKeysCompatible(definition), {
    error:
      'expected `algorithms` that match the key: HS256, HS384 and HS512 need a `secret` of at least 32, 48 or 64 bytes, the others a public key of their kind, RSA of at least 2048 bits',
  })
  .describe('Signed tokens (RFC 7519)');

function hasLocalKey({ publicKey, secret: shared }: Omit<KeySources, 'issuer'>): boolean {
  return (publicKey ?? shared) !== undefined;
}

interface KeySources {
  readonly jwks?: string | undefined;
  readonly publicKey?: string | undefined;
  readonly secret?: string | undefined;
  readonly issuer: string | readonly string[];
}

function hasOneSource({ jwks, publicKey, secret: shared, issuer }: KeySources): boolean {
  const sources = [jwks, publicKey, shared].filter((key) => key !== undefined).length;
  return sources === 1 || (sources === 0 && [issuer].flat().every(isSecureUrl));
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

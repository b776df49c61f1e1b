import { importJWK, type JWK } from 'jose';
import { z } from 'zod';
import { type JwtAlgorithm, MIN_RSA_BITS } from './verification-key';

/** The key set of an issuer. */
export interface KeySet {
  /** Usable keys, and keys for other purposes. */
  readonly keys: readonly JWK[];
  /** Keys for tokens of the definition that cannot be used. */
  readonly unusable: readonly UnusableKey[];
}

/** A key that is ignored, with the reason. */
export interface UnusableKey {
  /** The `kid` of the key, or its index in the set. */
  readonly key: string;
  readonly reason: string;
}

const MAX_KID_LENGTH = 64;

const keySetSchema = z.object({ keys: z.array(z.unknown()) });
const keySchema = z.looseObject({ kty: z.string() });

/**
 * Parses a JSON Web Key Set. Unusable keys are ignored (RFC 7517 §5) before a token names them, since jose would throw errors of Web
 * Crypto.
 *
 * @param algorithms - the allowed algorithms of tokens
 * @throws {ZodError} when the JSON is not a key set
 */
export async function readKeySet(json: unknown, algorithms: readonly JwtAlgorithm[]): Promise<KeySet> {
  const { keys } = keySetSchema.parse(json);
  const unusable: UnusableKey[] = [];
  const usable: JWK[] = [];
  for (const [index, key] of keys.entries()) {
    const reason = await findUnusableReason(key, algorithms);
    if (reason === undefined) usable.push(keySchema.parse(key));
    else unusable.push({ key: getKeyName(key, index), reason });
  }
  return { keys: usable, unusable };
}

/** Finds the reason why a key cannot be used; `undefined` for a usable key, and for a key that no token of the definition needs. */
async function findUnusableReason(key: unknown, algorithms: readonly JwtAlgorithm[]): Promise<string | undefined> {
  const { data } = keySchema.safeParse(key);
  if (!data) return 'it is not a key: expected an object with the member kty';
  if (data['use'] !== undefined && data['use'] !== 'sig') return undefined;
  const algorithm = algorithms.find((each) => isKeyForAlgorithm(each, data));
  if (algorithm === undefined) return undefined;
  try {
    return findKeyWeakness(await importJWK(data, algorithm));
  } catch (thrown) {
    // An error of jose, OpenSSL or Web Crypto.
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

const KEY_TYPES: Readonly<Record<string, string>> = { RS: 'RSA', PS: 'RSA', ES: 'EC', Ed: 'OKP' };
/** RFC 7518 §3.4, RFC 8037 §2 */
const CURVES_BY_ALGORITHM: Readonly<Record<string, string>> = {
  ES256: 'P-256',
  ES384: 'P-384',
  ES512: 'P-521',
  EdDSA: 'Ed25519',
  Ed25519: 'Ed25519',
};

function isKeyForAlgorithm(algorithm: JwtAlgorithm, key: z.infer<typeof keySchema>): boolean {
  const { alg = algorithm, crv } = key;
  const curve = CURVES_BY_ALGORITHM[algorithm] ?? crv;
  return key.kty === KEY_TYPES[algorithm.slice(0, 2)] && alg === algorithm && crv === curve;
}

function findKeyWeakness(key: Awaited<ReturnType<typeof importJWK>>): string | undefined {
  if (!('type' in key) || key.type !== 'public') return 'it is not a public key';
  const bits = 'modulusLength' in key.algorithm ? Number(key.algorithm.modulusLength) : MIN_RSA_BITS;
  return bits < MIN_RSA_BITS ? `RSA key of ${bits} bits, expected at least ${MIN_RSA_BITS}` : undefined;
}

function getKeyName(key: unknown, index: number): string {
  const kid: unknown = typeof key === 'object' && key !== null && 'kid' in key ? key.kid : undefined;
  return typeof kid === 'string' ? kid.slice(0, MAX_KID_LENGTH) : `#${index}`;
}

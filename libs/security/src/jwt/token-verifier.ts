import type { KeyObject } from 'node:crypto';
import { decodeProtectedHeader, errors, type JWTVerifyOptions, type JWTVerifyResult, jwtVerify } from 'jose';
import type { RemoteKeySet } from './remote-key-set';

/** Verifies the signature and the claims of a token. Rejects with an error of jose's where they are not good. */
export type TokenVerifier = (token: string) => Promise<JWTVerifyResult>;

/** A token without a key id costs no more verifications than this, however many keys its issuer has. */
const MAX_CANDIDATE_KEYS = 16;

/** Verifies tokens by the one key there is. */
export function createVerifier(key: KeyObject, options: JWTVerifyOptions): TokenVerifier {
  return (token) => jwtVerify(token, key, options);
}

/**
 * Verifies tokens by the keys that an issuer publishes. A token may fit several of them: one without a key id fits all keys of its
 * kind (RFC 7515 §4.1.4), and then each of them is tried.
 */
export function createRemoteVerifier(keys: RemoteKeySet, options: JWTVerifyOptions): TokenVerifier {
  const verify: TokenVerifier = async (token) => {
    try {
      return await jwtVerify(token, keys.getKey, options);
    } catch (thrown) {
      if (thrown instanceof errors.JWKSMultipleMatchingKeys) return verifyWithCandidates(thrown, token, options);
      throw thrown;
    }
  };
  return async (token) => {
    try {
      return await verify(token);
    } catch (thrown) {
      // Without a key id, a new key shows in nothing but a signature that no known key has made.
      if (!isSignatureMismatch(thrown) || decodeProtectedHeader(token).kid !== undefined || !(await keys.renew()))
        throw thrown;
      return verify(token);
    }
  };
}

async function verifyWithCandidates(
  candidates: errors.JWKSMultipleMatchingKeys,
  token: string,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  let tried = 0;
  for await (const key of candidates) {
    if (tried === MAX_CANDIDATE_KEYS) break;
    tried += 1;
    try {
      return await jwtVerify(token, key, options);
    } catch (thrown) {
      if (!isSignatureMismatch(thrown)) throw thrown;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

/** The signature is by none of the keys that were tried. */
function isSignatureMismatch(thrown: unknown): boolean {
  return thrown instanceof errors.JWSSignatureVerificationFailed;
}

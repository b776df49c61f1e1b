import type { KeyObject } from 'node:crypto';
import { decodeProtectedHeader, errors, type JWTVerifyOptions, type JWTVerifyResult, jwtVerify } from 'jose';
import type { RemoteKeySet } from './remote-key-set';

/** Verifies the signature and the claims of a token. Rejects with an error of jose for an invalid token. */
export type TokenVerifier = (token: string) => Promise<JWTVerifyResult>;

/** Maximum number of verifications for a token without a key id. */
const MAX_CANDIDATE_KEYS = 16;

/** Creates a verifier with a single key. */
export function createVerifier(key: KeyObject, options: JWTVerifyOptions): TokenVerifier {
  return (token) => jwtVerify(token, key, options);
}

/**
 * Creates a verifier with the key set of an issuer. A token without a key id matches all keys of its kind (RFC 7515 §4.1.4), each of which
 * is tried.
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
      // Without a key id, an unknown signature is the only sign of a new key.
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

/** Checks whether verification failed because no tried key has made the signature. */
function isSignatureMismatch(thrown: unknown): boolean {
  return thrown instanceof errors.JWSSignatureVerificationFailed;
}

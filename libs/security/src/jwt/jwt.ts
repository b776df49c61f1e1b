import { createSecretKey, type KeyObject } from 'node:crypto';
import { errors, type JWTVerifyGetKey, type JWTVerifyOptions, type JWTVerifyResult, jwtVerify } from 'jose';
import { tokenScheme } from '../scheme/bearer';
import { failed, type Scheme, type Verdict } from '../scheme/scheme';
import { callerOf } from './claims';
import { RemoteKeys } from './remote-keys';
import { type JwtAlgorithm, readPublicKey } from './verification-key';

/** What tokens have to be like. One of `jwks`, `publicKey` and `secret` is there. */
export interface JwtTerms {
  readonly algorithms: readonly JwtAlgorithm[];
  /** URL of the issuer's key set. */
  readonly jwks?: string | undefined;
  /** PEM */
  readonly publicKey?: string | undefined;
  readonly secret?: string | undefined;
  readonly issuer: string;
  readonly audience: string | readonly string[];
  /** Milliseconds */
  readonly clockTolerance: number;
  /** Media type of the token, where only one is wanted: `at+jwt` (RFC 9068). */
  readonly tokenType?: string | undefined;
}

/**
 * Callers are known by signed tokens (RFC 7519, as RFC 8725 wants them): algorithms are pinned, `exp`, `iss` and `aud` are required,
 * and the key comes from the configuration alone: `jku`, `x5u` and `jwk` of a token are not looked at.
 *
 * @param definition - its name
 */
export function jwtScheme(definition: string, terms: JwtTerms): Scheme {
  const options: JWTVerifyOptions = {
    algorithms: [...terms.algorithms],
    issuer: terms.issuer,
    audience: [terms.audience].flat(),
    clockTolerance: terms.clockTolerance / 1_000,
    requiredClaims: ['exp', 'iss', 'aud'],
    ...(terms.tokenType !== undefined && { typ: terms.tokenType }),
  };
  const verify = verifier(terms, options);
  return tokenScheme((token) => verify(token).then((result) => verdictOn(result, definition), refusalOf));
}

function verifier(terms: JwtTerms, options: JWTVerifyOptions): (token: string) => Promise<JWTVerifyResult> {
  const key = keyOf(terms);
  return typeof key === 'function'
    ? (token) => jwtVerify(token, key, options)
    : (token) => jwtVerify(token, key, options);
}

function keyOf({ jwks, publicKey = '', secret }: JwtTerms): JWTVerifyGetKey | KeyObject {
  if (jwks !== undefined) return new RemoteKeys(jwks).keyFor;
  if (secret !== undefined) return createSecretKey(secret, 'utf8');
  const key = readPublicKey(publicKey);
  if (key) return key;
  throw new TypeError('a definition of type jwt needs jwks, publicKey or secret');
}

function verdictOn({ payload }: JWTVerifyResult, definition: string): Verdict {
  const caller = callerOf(payload, definition);
  return caller
    ? { outcome: 'known', caller }
    : { outcome: 'refused', code: 'INVALID_TOKEN', cause: new Error('the token has neither sub nor client_id') };
}

/** jose's errors have the claims of the token on them, which are nobody's business: only their words go on. */
function refusalOf(thrown: unknown): Verdict {
  if (thrown instanceof errors.JWTExpired) return { outcome: 'refused', code: 'TOKEN_EXPIRED' };
  if (thrown instanceof errors.JOSEError)
    return { outcome: 'refused', code: 'INVALID_TOKEN', cause: new Error(thrown.message) };
  return failed(thrown);
}

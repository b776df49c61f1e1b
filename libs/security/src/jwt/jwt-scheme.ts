import { createSecretKey } from 'node:crypto';
import type { Logger } from '@trunkline/telemetry';
import { systemClock } from '@trunkline/time';
import { errors, type JWTVerifyOptions, type JWTVerifyResult } from 'jose';
import { createTokenScheme } from '../scheme/bearer-scheme';
import {
  createFailureResult,
  type AuthenticationScheme,
  type AuthenticationResult,
} from '../scheme/authentication-scheme';
import { toCaller } from './claims';
import { RemoteKeySet } from './remote-key-set';
import { createRemoteVerifier, createVerifier, type TokenVerifier } from './token-verifier';
import { type JwtAlgorithm, parsePublicKey } from './verification-key';

/** What tokens have to be like. One of `jwks`, `publicKey` and `secret` is there. */
export interface JwtOptions {
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
export function createJwtScheme(definition: string, terms: JwtOptions, logger: Logger): AuthenticationScheme {
  const options: JWTVerifyOptions = {
    algorithms: [...terms.algorithms],
    issuer: terms.issuer,
    audience: [terms.audience].flat(),
    clockTolerance: terms.clockTolerance / 1_000,
    requiredClaims: ['exp', 'iss', 'aud'],
    ...(terms.tokenType !== undefined && { typ: terms.tokenType }),
  };
  const verify = selectVerifier(terms, { options, logger: logger.child({ definition }) });
  return createTokenScheme((token) =>
    verify(token).then((result) => createClaimsResult(result, definition), createRejectionResult),
  );
}

function selectVerifier(
  { jwks, publicKey = '', secret, algorithms }: JwtOptions,
  { options, logger }: VerificationOptions,
): TokenVerifier {
  if (jwks !== undefined)
    return createRemoteVerifier(new RemoteKeySet(jwks, systemClock, { algorithms, logger }), options);
  if (secret !== undefined) return createVerifier(createSecretKey(secret, 'utf8'), options);
  const key = parsePublicKey(publicKey);
  if (key) return createVerifier(key, options);
  throw new TypeError('a definition of type jwt needs jwks, publicKey or secret');
}

interface VerificationOptions {
  readonly options: JWTVerifyOptions;
  readonly logger: Logger;
}

function createClaimsResult({ payload }: JWTVerifyResult, definition: string): AuthenticationResult {
  const caller = toCaller(payload, definition);
  return caller
    ? { outcome: 'known', caller }
    : { outcome: 'refused', code: 'INVALID_TOKEN', cause: new Error('the token has neither sub nor client_id') };
}

/** jose's errors have the claims of the token on them, which are nobody's business: only their words go on. */
function createRejectionResult(thrown: unknown): AuthenticationResult {
  if (thrown instanceof errors.JWTExpired) return { outcome: 'refused', code: 'TOKEN_EXPIRED' };
  if (thrown instanceof errors.JOSEError)
    return { outcome: 'refused', code: 'INVALID_TOKEN', cause: new Error(thrown.message) };
  return createFailureResult(thrown);
}

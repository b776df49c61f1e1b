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

/** Requirements for tokens, with one of `jwks`, `publicKey` and `secret`. */
export interface JwtOptions {
  readonly algorithms: readonly JwtAlgorithm[];
  /** URL of the issuer's key set. */
  readonly jwks?: string | undefined;
  /** Public key of the issuer in PEM. */
  readonly publicKey?: string | undefined;
  readonly secret?: string | undefined;
  readonly issuer: string;
  readonly audience: string | readonly string[];
  /** Tolerated clock difference, in milliseconds. */
  readonly clockTolerance: number;
  /** Required media type of the token: `at+jwt` (RFC 9068). Default: any. */
  readonly tokenType?: string | undefined;
}

/**
 * Creates a scheme for signed tokens (RFC 7519), following RFC 8725: algorithms are pinned, `exp`, `iss` and `aud` are required, and only
 * the configuration selects the key; `jku`, `x5u` and `jwk` of a token are ignored.
 *
 * @param definition - name of the security definition
 */
export function createJwtScheme(definition: string, requirements: JwtOptions, logger: Logger): AuthenticationScheme {
  const options: JWTVerifyOptions = {
    algorithms: [...requirements.algorithms],
    issuer: requirements.issuer,
    audience: [requirements.audience].flat(),
    clockTolerance: requirements.clockTolerance / 1_000,
    requiredClaims: ['exp', 'iss', 'aud'],
    ...(requirements.tokenType !== undefined && { typ: requirements.tokenType }),
  };
  const verify = selectVerifier(requirements, { options, logger: logger.child({ definition }) });
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
    ? { outcome: 'authenticated', caller }
    : { outcome: 'rejected', code: 'INVALID_TOKEN', cause: new Error('the token has neither sub nor client_id') };
}

/** Keeps only the message of jose's errors, since the errors hold the claims of the token. */
function createRejectionResult(thrown: unknown): AuthenticationResult {
  if (thrown instanceof errors.JWTExpired) return { outcome: 'rejected', code: 'TOKEN_EXPIRED' };
  if (thrown instanceof errors.JOSEError)
    return { outcome: 'rejected', code: 'INVALID_TOKEN', cause: new Error(thrown.message) };
  return createFailureResult(thrown);
}

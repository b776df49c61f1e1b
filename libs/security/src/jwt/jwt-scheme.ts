import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Logger } from '@trunkline/telemetry';
import { systemClock } from '@trunkline/time';
import { errors, type JWTPayload, type JWTVerifyOptions, type JWTVerifyResult } from 'jose';
import { createTokenScheme } from '../scheme/bearer-scheme';
import {
  createFailureResult,
  type AuthenticationScheme,
  type AuthenticationResult,
} from '../scheme/authentication-scheme';
import { type CallerOptions, hasAudience, toCaller } from './claims';
import { createDiscoveredSource, createIssuerVerifier } from './discovery';
import { createJsonFetcher, type IssuerConnection } from './fetch-json';
import { RemoteKeySet } from './remote-key-set';
import { createRemoteVerifier, createVerifier, type TokenVerifier } from './token-verifier';
import { type JwtAlgorithm, parsePublicKey } from './verification-key';

/** Requirements for tokens. Without `jwks`, `publicKey` and `secret`, keys are found by the metadata of the issuers. */
export interface JwtOptions extends IssuerConnection {
  readonly algorithms: readonly JwtAlgorithm[];
  /** URL of the issuer's key set. */
  readonly jwks?: string | undefined;
  /** Public key of the issuer in PEM. */
  readonly publicKey?: string | undefined;
  readonly secret?: string | undefined;
  readonly issuer: string | readonly string[];
  readonly audience: string | readonly string[];
  /** Path of the claim that is checked against {@link audience}. Default: `aud`. */
  readonly audienceFrom?: string | undefined;
  /** Paths of claims with scopes. Default: `scope`, `scopes`, `scp` and `roles`. */
  readonly scopesFrom?: readonly string[] | undefined;
  /** Tolerated clock difference, in milliseconds. */
  readonly clockTolerance: number;
  /** Required media type of the token: `at+jwt` (RFC 9068). Default: any. */
  readonly tokenType?: string | undefined;
}

/**
 * Creates a scheme for signed tokens (RFC 7519), following RFC 8725: algorithms are pinned, `exp`, `iss` and the audience are required, and only
 * the configuration selects the key; `jku`, `x5u` and `jwk` of a token are ignored.
 *
 * @param definition - name of the security definition
 */
export function createJwtScheme(definition: string, requirements: JwtOptions, logger: Logger): AuthenticationScheme {
  const { audienceFrom, scopesFrom } = requirements;
  const audiences = [requirements.audience].flat();
  const options: JWTVerifyOptions = {
    algorithms: [...requirements.algorithms],
    issuer: [requirements.issuer].flat(),
    clockTolerance: requirements.clockTolerance / 1_000,
    ...(audienceFrom === undefined
      ? { audience: audiences, requiredClaims: ['exp', 'iss', 'aud'] }
      : { requiredClaims: ['exp', 'iss'] }),
    ...(requirements.tokenType !== undefined && { typ: requirements.tokenType }),
  };
  const verify = selectVerifier(requirements, { options, logger: logger.child({ definition }) });
  const createResult = ({ payload }: JWTVerifyResult): AuthenticationResult =>
    audienceFrom === undefined || hasAudience(payload, audienceFrom, audiences)
      ? createClaimsResult(payload, { definition, scopesFrom })
      : createInvalidResult(`the token has no accepted audience in ${audienceFrom}`);
  return createTokenScheme((token) => verify(token).then(createResult, createRejectionResult));
}

function selectVerifier(
  { jwks, publicKey, secret, algorithms, issuer, tls, proxy }: JwtOptions,
  { options, logger }: VerificationOptions,
): TokenVerifier {
  if (secret !== undefined) return createVerifier(createSecretKey(secret, 'utf8'), options);
  if (publicKey !== undefined) return createVerifier(readPublicKey(publicKey), options);
  const fetchJson = createJsonFetcher({ tls, proxy });
  if (jwks !== undefined)
    return createRemoteVerifier(new RemoteKeySet(() => fetchJson(jwks), systemClock, { algorithms, logger }), options);
  const verifiers = [issuer].flat().map((each): [string, TokenVerifier] => {
    const source = createDiscoveredSource(each, fetchJson);
    const keys = new RemoteKeySet(source, systemClock, { algorithms, logger: logger.child({ issuer: each }) });
    return [each, createRemoteVerifier(keys, { ...options, issuer: each })];
  });
  return createIssuerVerifier(new Map(verifiers));
}

function readPublicKey(pem: string): KeyObject {
  const key = parsePublicKey(pem);
  if (key) return key;
  throw new TypeError('expected a public key or certificate in PEM');
}

interface VerificationOptions {
  readonly options: JWTVerifyOptions;
  readonly logger: Logger;
}

function createClaimsResult(claims: JWTPayload, options: CallerOptions): AuthenticationResult {
  const caller = toCaller(claims, options);
  return caller ? { outcome: 'authenticated', caller } : createInvalidResult('the token has neither sub nor client_id');
}

function createInvalidResult(reason: string): AuthenticationResult {
  return { outcome: 'rejected', code: 'INVALID_TOKEN', cause: new Error(reason) };
}

/** Keeps only the message of jose's errors, since the errors hold the claims of the token. */
function createRejectionResult(thrown: unknown): AuthenticationResult {
  if (thrown instanceof errors.JWTExpired) return { outcome: 'rejected', code: 'TOKEN_EXPIRED' };
  if (thrown instanceof errors.JOSEError) return createInvalidResult(thrown.message);
  return createFailureResult(thrown);
}

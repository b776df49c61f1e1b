import { decodeJwt, errors } from 'jose';
import { z } from 'zod';
import type { JsonFetcher } from './fetch-json';
import { isSecureUrl } from './issuer-url';
import type { KeySetSource } from './remote-key-set';
import type { TokenVerifier } from './token-verifier';

/** The members of OpenID Provider metadata that are read (OpenID Connect Discovery 1.0, section 3). */
const metadata = z.object({ issuer: z.string(), jwks_uri: z.string().refine(isSecureUrl) });

/**
 * Creates a source of the key set of an issuer, which is found by the metadata of the issuer (OpenID Connect Discovery 1.0, section 4).
 * Metadata that names another issuer, or keys without TLS, is rejected.
 */
export function createDiscoveredSource(issuer: string, fetchJson: JsonFetcher): KeySetSource {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  return async () => {
    const { data } = metadata.safeParse(await fetchJson(url));
    if (!data) throw new Error('the metadata of the issuer has no issuer, or no jwks_uri with https');
    if (data.issuer !== issuer) throw new Error('the metadata of the issuer names another issuer');
    return fetchJson(data.jwks_uri);
  };
}

/**
 * Creates a verifier for several issuers, each with its own keys: `iss` of a token selects among them, and is verified afterwards.
 *
 * @param verifiers - by issuer
 */
export function createIssuerVerifier(verifiers: ReadonlyMap<string, TokenVerifier>): TokenVerifier {
  return async (token) => {
    const claims = decodeJwt(token);
    const verify = verifiers.get(claims.iss ?? '');
    if (verify) return verify(token);
    throw new errors.JWTClaimValidationFailed('unexpected "iss" claim value', claims, 'iss', 'check_failed');
  };
}

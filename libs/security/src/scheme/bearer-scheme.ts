import type { CredentialStore } from '../secret/credential-store';
import { parseAuthorization } from './authorization';
import {
  NO_CREDENTIALS,
  type AuthenticationScheme,
  INVALID_HEADER,
  type AuthenticationResult,
  createLookupResult,
} from './authentication-scheme';

/** RFC 6750 §2.1 */
const TOKEN_PATTERN = /^[\w.~+/-]+=*$/;

/** Callers are known by what `examine` makes of the token in `Authorization: Bearer …` (RFC 6750 §2.1). */
export function createTokenScheme(
  examine: (token: string) => AuthenticationResult | Promise<AuthenticationResult>,
): AuthenticationScheme {
  return {
    header: 'authorization',
    challenge: { scheme: 'Bearer', parameters: '' },
    check(value) {
      const read = value === undefined ? undefined : parseAuthorization(value);
      if (read?.scheme !== 'bearer') return NO_CREDENTIALS;
      return TOKEN_PATTERN.test(read.credentials) ? examine(read.credentials) : INVALID_HEADER;
    },
  };
}

/** Callers are known by tokens that do not change. */
export function createBearerScheme(callers: CredentialStore): AuthenticationScheme {
  return createTokenScheme((token) => createLookupResult(callers.find(token), 'INVALID_TOKEN'));
}

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

/** Creates a scheme that checks the token in `Authorization: Bearer …` (RFC 6750 §2.1). */
export function createTokenScheme(
  checkToken: (token: string) => AuthenticationResult | Promise<AuthenticationResult>,
): AuthenticationScheme {
  return {
    header: 'authorization',
    challenge: { scheme: 'Bearer', parameters: '' },
    check(value) {
      const read = value === undefined ? undefined : parseAuthorization(value);
      if (read?.scheme !== 'bearer') return NO_CREDENTIALS;
      return TOKEN_PATTERN.test(read.credentials) ? checkToken(read.credentials) : INVALID_HEADER;
    },
  };
}

/** Creates a scheme for fixed bearer tokens. */
export function createBearerScheme(callers: CredentialStore): AuthenticationScheme {
  return createTokenScheme((token) => createLookupResult(callers.find(token), 'INVALID_TOKEN'));
}

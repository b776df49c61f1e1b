import type { CredentialStore } from '../secret/credential-store';
import { parseAuthorization } from './authorization';
import { NO_CREDENTIALS, type AuthenticationScheme, INVALID_HEADER, createLookupResult } from './authentication-scheme';

/** Creates a scheme for a key in a header. In `Authorization`, the key may follow the scheme name `ApiKey`. */
export function createApiKeyScheme(header: string, callers: CredentialStore): AuthenticationScheme {
  const lowerCase = header.toLowerCase();
  const keyIn = lowerCase === 'authorization' ? extractApiKey : (value: string) => value;
  return {
    header: lowerCase,
    challenge: { scheme: 'ApiKey', parameters: `header="${header}"` },
    check(value) {
      const key = value === undefined ? undefined : keyIn(value);
      if (key === undefined) return NO_CREDENTIALS;
      return key === '' ? INVALID_HEADER : createLookupResult(callers.find(key), 'INVALID_CREDENTIALS');
    },
  };
}

function extractApiKey(value: string): string | undefined {
  if (!value.includes(' ')) return value;
  const read = parseAuthorization(value);
  return read?.scheme === 'apikey' ? read.credentials : undefined;
}

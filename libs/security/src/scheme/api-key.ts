import type { CallerBook } from '../secret/caller-book';
import { readAuthorization } from './authorization';
import { NONE, type Scheme, UNREADABLE, verdictOn } from './scheme';

/** Callers are known by a key in a header. In `Authorization` it stands alone or after the word `ApiKey`. */
export function apiKeyScheme(header: string, callers: CallerBook): Scheme {
  const lowerCase = header.toLowerCase();
  const keyIn = lowerCase === 'authorization' ? keyInAuthorization : (value: string) => value;
  return {
    header: lowerCase,
    challenge: { scheme: 'ApiKey', parameters: `header="${header}"` },
    check(value) {
      const key = value === undefined ? undefined : keyIn(value);
      if (key === undefined) return NONE;
      return key === '' ? UNREADABLE : verdictOn(callers.find(key), 'INVALID_CREDENTIALS');
    },
  };
}

function keyInAuthorization(value: string): string | undefined {
  if (!value.includes(' ')) return value;
  const read = readAuthorization(value);
  return read?.scheme === 'apikey' ? read.credentials : undefined;
}

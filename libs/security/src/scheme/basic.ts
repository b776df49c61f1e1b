import type { CallerBook } from '../secret/caller-book';
import { readAuthorization } from './authorization';
import { NONE, type Scheme, UNREADABLE, verdictOn } from './scheme';

const BASE_64 = /^[A-Za-z\d+/]+={0,2}$/;
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Callers are known by user name and password, in UTF-8 (RFC 7617). */
export function basicScheme(callers: CallerBook): Scheme {
  return {
    header: 'authorization',
    challenge: { scheme: 'Basic', parameters: 'charset="UTF-8"' },
    check(value) {
      const read = value === undefined ? undefined : readAuthorization(value);
      if (read?.scheme !== 'basic') return NONE;
      const pair = decoded(read.credentials);
      if (!pair) return UNREADABLE;
      return verdictOn(callers.find(pair.password, pair.username), 'INVALID_CREDENTIALS');
    },
  };
}

/** The first colon parts them: a password may have more of them. Neither may have control characters. */
function decoded(credentials: string): { readonly username: string; readonly password: string } | undefined {
  if (!BASE_64.test(credentials)) return undefined;
  const text = textOf(Buffer.from(credentials, 'base64'));
  const colon = text?.indexOf(':') ?? -1;
  if (text === undefined || colon === -1 || /\p{Cc}/u.test(text)) return undefined;
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return UTF_8.decode(bytes);
  } catch {
    // Not UTF-8: the caller is told that the header cannot be read.
    return undefined;
  }
}

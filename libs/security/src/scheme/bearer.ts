import type { CallerBook } from '../secret/caller-book';
import { readAuthorization } from './authorization';
import { NONE, type Scheme, UNREADABLE, type Verdict, verdictOn } from './scheme';

/** RFC 6750 §2.1 */
const TOKEN = /^[\w.~+/-]+=*$/;

/** Callers are known by what `examine` makes of the token in `Authorization: Bearer …` (RFC 6750 §2.1). */
export function tokenScheme(examine: (token: string) => Verdict | Promise<Verdict>): Scheme {
  return {
    header: 'authorization',
    challenge: { scheme: 'Bearer', parameters: '' },
    check(value) {
      const read = value === undefined ? undefined : readAuthorization(value);
      if (read?.scheme !== 'bearer') return NONE;
      return TOKEN.test(read.credentials) ? examine(read.credentials) : UNREADABLE;
    },
  };
}

/** Callers are known by tokens that do not change. */
export function bearerScheme(callers: CallerBook): Scheme {
  return tokenScheme((token) => verdictOn(callers.find(token), 'INVALID_TOKEN'));
}

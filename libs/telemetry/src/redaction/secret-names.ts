/** Words that mark a name as secret at any place in it, in lower case and without escapes, for {@link toAnyCasePattern}. */
export const LONG_WORDS =
  'pass(?:word|wd|phrase|code)|pwd|secret|(?:api|access|account|auth|encryption|function|functions|master|private|shared|signing|subscription)[-_. ]?key|authorization|cookie|credential|sess(?:ion)?[-_. ]?id|x[-_. ]auth|(?:auth|backup|mfa|one[-_. ]?time|recovery|security|sms|verification|2fa)[-_. ]?code|code[-_. ]?verifier|saml[-_. ]?re(?:sponse|quest)';
/** Words that mark a name as secret as its last word: `userPin`, `connect.sid`, but not `shipping` and `inside`. */
export const SHORT_WORDS = 'sid|session|auth|otp|totp|pin|cvv|cvc|jwt|signature|sig|hmac|csrf|xsrf|assertion|bearer';
/** Suffixes that may follow the last word: `pin_code`, `x-hub-signature-256`. */
export const SUFFIX = '(?:id|code|value|key|data|hash|header|token|cookie|v?[0-9]+)';
/** Names that are secret in a query only: in other places they are error codes and keys of maps. */
export const QUERY_WORDS = 'code|sig|key|auth|ticket|access';

const LONG_NAME = new RegExp(`${LONG_WORDS}|tokens?$`, 'i');
const SHORT_NAME = new RegExp(`(?:^|[^a-z0-9])(?:${SHORT_WORDS})(?:[^a-z0-9]+${SUFFIX})?$`, 'i');
const QUERY_NAME = new RegExp(`^(?:${QUERY_WORDS})$`, 'i');
const QUERY = /^(?:query|query[-_]?string|search[-_]?params)$/i;
const WORD_START = /(?<=[a-z\d])(?=[A-Z])/g;

/**
 * Checks whether a name marks a secret, in any case and as part of a longer name: `X-Api-Key`, `clientSecret`, `connect.sid`.
 *
 * @param configured - further names, normalized by {@link normalizeName}
 */
export function isSecretName(name: string, configured: ReadonlySet<string>): boolean {
  if (LONG_NAME.test(name) || SHORT_NAME.test(name.replaceAll(WORD_START, '-'))) return true;
  return configured.size > 0 && configured.has(normalizeName(name));
}

/** Checks whether a parameter of a query is a secret. */
export function isSecretInQuery(name: string): boolean {
  return QUERY_NAME.test(name);
}

/** Checks whether a member of this name is a query. */
export function isQueryName(name: string): boolean {
  return QUERY.test(name);
}

/** Normalizes the spellings of a name: `X-Partner-Code`, `x_partner_code`, `xPartnerCode`. */
export function normalizeName(name: string): string {
  return name.replaceAll(/[-_. ]/g, '').toLowerCase();
}

/** Converts a lower-case pattern without escapes to match any case, for a part of an expression; the flag `i` would apply to all of it. */
export function toAnyCasePattern(pattern: string): string {
  return pattern.replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

/** Words that make a secret of a name wherever they stand in it, in lower case, without escapes: {@link toAnyCasePattern} takes them. */
export const LONG_WORDS =
  'pass(?:word|wd|phrase|code)|pwd|secret|(?:api|access|account|auth|encryption|function|functions|master|private|shared|signing|subscription)[-_. ]?key|authorization|cookie|credential|sess(?:ion)?[-_. ]?id|x[-_. ]auth|(?:auth|backup|mfa|one[-_. ]?time|recovery|security|sms|verification|2fa)[-_. ]?code|code[-_. ]?verifier|saml[-_. ]?re(?:sponse|quest)';
/** Words that do so as the last word of a name: `userPin`, `connect.sid`, but not `shipping` and `inside`. */
export const SHORT_WORDS = 'sid|session|auth|otp|totp|pin|cvv|cvc|jwt|signature|sig|hmac|csrf|xsrf|assertion|bearer';
/** What may follow the last word: `pin_code`, `x-hub-signature-256`. */
export const SUFFIX = '(?:id|code|value|key|data|hash|header|token|cookie|v?[0-9]+)';
/** Names that are secrets in a query alone: elsewhere they are codes of errors and keys of maps. */
export const QUERY_WORDS = 'code|sig|key|auth|ticket|access';

const LONG_NAME = new RegExp(`${LONG_WORDS}|tokens?$`, 'i');
const SHORT_NAME = new RegExp(`(?:^|[^a-z0-9])(?:${SHORT_WORDS})(?:[^a-z0-9]+${SUFFIX})?$`, 'i');
const QUERY_NAME = new RegExp(`^(?:${QUERY_WORDS})$`, 'i');
const QUERY = /^(?:query|query[-_]?string|search[-_]?params)$/i;
const WORD_START = /(?<=[a-z\d])(?=[A-Z])/g;

/**
 * Does a member of this name hold a secret? Whatever its case and whatever else is in the name: `X-Api-Key`, `clientSecret`,
 * `connect.sid`.
 *
 * @param own - further names, as {@link normalizeName} makes them
 */
export function isSecretName(name: string, own: ReadonlySet<string>): boolean {
  if (LONG_NAME.test(name) || SHORT_NAME.test(name.replaceAll(WORD_START, '-'))) return true;
  return own.size > 0 && own.has(normalizeName(name));
}

/** Does a member of this name hold a secret, as a part of a query? */
export function isSecretInQuery(name: string): boolean {
  return QUERY_NAME.test(name);
}

/** Is a member of this name a query, by its parts? */
export function isQueryName(name: string): boolean {
  return QUERY.test(name);
}

/** A name without what differs from one way of writing it to the next: `X-Partner-Code`, `x_partner_code`, `xPartnerCode`. */
export function normalizeName(name: string): string {
  return name.replaceAll(/[-_. ]/g, '').toLowerCase();
}

/** A pattern of lower-case letters, without escapes, for letters of any case: the flag `i` would hold for all of the expression. */
export function toAnyCasePattern(pattern: string): string {
  return pattern.replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

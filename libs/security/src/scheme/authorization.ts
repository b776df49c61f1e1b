/** A parsed `Authorization` header (RFC 9110 §11.6.2). */
export interface Authorization {
  /** Scheme name in lower case. */
  readonly scheme: string;
  /** The text after the scheme name; may be empty. */
  readonly credentials: string;
}

const AUTHORIZATION_PATTERN = /^([!#$%&'*+.^_`|~\w-]+)(?: +(\S.*))?$/;

/** Parses an `Authorization` header; `undefined` if it is malformed. */
export function parseAuthorization(value: string): Authorization | undefined {
  const [, scheme, credentials = ''] = AUTHORIZATION_PATTERN.exec(value) ?? [];
  return scheme === undefined ? undefined : { scheme: scheme.toLowerCase(), credentials };
}

/** The value of an `Authorization` header, taken apart (RFC 9110 §11.6.2). */
export interface Authorization {
  /** In lower case. */
  readonly scheme: string;
  /** What follows it; empty where nothing does. */
  readonly credentials: string;
}

const AUTHORIZATION_PATTERN = /^([!#$%&'*+.^_`|~\w-]+)(?: +(\S.*))?$/;

/** `undefined` for what cannot be read as one. */
export function parseAuthorization(value: string): Authorization | undefined {
  const [, scheme, credentials = ''] = AUTHORIZATION_PATTERN.exec(value) ?? [];
  return scheme === undefined ? undefined : { scheme: scheme.toLowerCase(), credentials };
}

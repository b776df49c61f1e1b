import { createFailure } from '@trunkline/failures';

const HEADER_NAME = 'idempotency-key';
const MAX_KEY_LENGTH = 255;
/** A string of structured fields (RFC 9651 §3.3.3), and the text after it. */
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"(.*)$/;
/** Parameters of an item, with values of every type (RFC 9651 §3.1.2, §3.3). */
const PARAMETERS = new RegExp(
  `^(?:; *[a-z*][a-z0-9_.*-]*(?:=(?:${[
    '-?\\d{1,15}',
    '-?\\d{1,12}\\.\\d{1,3}',
    '"(?:[ !#-[\\]-~]|\\\\["\\\\])*"',
    "[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*",
    ':[A-Za-z0-9+/=]*:',
    '\\?[01]',
    '@-?\\d{1,15}',
    '%"(?:[ !#$&-~]|%[0-9a-f]{2})*"',
  ].join('|')}))?)*$`,
);
/** An unquoted key, which real clients send: visible ASCII that cannot be a list, parameters or part of a string. */
const BARE = /^[!#-+\--:<-[\]-~]+$/;
const ESCAPED = /\\(["\\])/g;

/**
 * Finds the `Idempotency-Key` of a request (draft-ietf-httpapi-idempotency-key-header-07 §2.1); `undefined` without one. A key is the
 * same with and without quotes. Its parameters are ignored, since none is defined.
 *
 * @param rawHeaders - names and values in turn: Node's `headers` would join several keys into one
 * @throws {BusError} `BAD_REQUEST` for several keys, for a key that is not a string, and for one that does not have 1 to 255 characters
 */
export function findIdempotencyKey(rawHeaders: readonly string[]): string | undefined {
  let value: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length !== HEADER_NAME.length || name.toLowerCase() !== HEADER_NAME) continue;
    if (value !== undefined) throw createKeyFailure('must occur once');
    value = rawHeaders[index + 1] ?? '';
  }
  return value === undefined ? undefined : parseKey(value.trim());
}

function parseKey(value: string): string {
  const [, text, parameters = ''] = QUOTED.exec(value) ?? [];
  const quoted = PARAMETERS.test(parameters) ? text : undefined;
  if (quoted === undefined && !BARE.test(value))
    throw createKeyFailure('must be a string in quotes, such as "8e03978e-40d5"');
  const key = quoted === undefined ? value : quoted.replace(ESCAPED, '$1');
  if (key.length === 0 || key.length > MAX_KEY_LENGTH)
    throw createKeyFailure(`must have 1 to ${MAX_KEY_LENGTH} characters`);
  return key;
}

function createKeyFailure(rule: string) {
  return createFailure('BAD_REQUEST', { detail: `the header Idempotency-Key ${rule}` });
}

import { createFailure } from '@trunkline/failures';

const HEADER_NAME = 'idempotency-key';
const MAX_KEY_LENGTH = 255;
/** A string of structured fields (RFC 9651 §3.3.3), and what stands behind it. */
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"(.*)$/;
/** Parameters of an item, whose values are of any type that there is (RFC 9651 §3.1.2, §3.3). */
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
/** What real clients send instead: visible ASCII, but nothing that could be a list, parameters or half a string. */
const BARE = /^[!#-+\--:<-[\]-~]+$/;
const ESCAPED = /\\(["\\])/g;

/**
 * The `Idempotency-Key` of a request (draft-ietf-httpapi-idempotency-key-header-07 §2.1); `undefined` when it has none. A key is the
 * same with quotes and without. It has no parameters that mean anything: those that come are ignored.
 *
 * @param lines - of the head, names and values in turn: Node's own `headers` would join several keys to one
 * @throws {BusError} `BAD_REQUEST` for several keys, for one that is not a string, and for one that is not 1 to 255 characters long
 */
export function findIdempotencyKey(lines: readonly string[]): string | undefined {
  let value: string | undefined;
  for (let index = 0; index < lines.length; index += 2) {
    const name = lines[index] ?? '';
    if (name.length !== HEADER_NAME.length || name.toLowerCase() !== HEADER_NAME) continue;
    if (value !== undefined) throw createKeyFailure('came several times');
    value = lines[index + 1] ?? '';
  }
  return value === undefined ? undefined : parseKey(value.trim());
}

function parseKey(value: string): string {
  const [, text, parameters = ''] = QUOTED.exec(value) ?? [];
  const quoted = PARAMETERS.test(parameters) ? text : undefined;
  if (quoted === undefined && !BARE.test(value))
    throw createKeyFailure('has to be a string in quotes, such as "8e03978e-40d5"');
  const key = quoted === undefined ? value : quoted.replace(ESCAPED, '$1');
  if (key.length === 0 || key.length > MAX_KEY_LENGTH)
    throw createKeyFailure(`has to have 1 to ${MAX_KEY_LENGTH} characters`);
  return key;
}

function createKeyFailure(what: string) {
  return createFailure('BAD_REQUEST', { detail: `the header Idempotency-Key ${what}` });
}

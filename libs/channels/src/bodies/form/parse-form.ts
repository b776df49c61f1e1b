import { createMalformedBodyFailure, decodeUtf8 } from '../malformed-body';

/** As for the members of an object in JSON: more are considered an attack on their consumers. */
const MAX_FIELDS = 10_000;
const AMPERSAND = 0x26;

/** The value of a field; a list when the body has several fields of the name. */
type FieldValue = string | string[];

/**
 * Parses the fields of a form: `sku=A1&quantity=2`. Unlike browsers, it rejects what they would guess: invalid percent-encoding, and bytes
 * that are not UTF-8.
 *
 * @throws {BusError} `MALFORMED_BODY` with all fields that cannot be read
 */
export function parseForm(body: Buffer): Readonly<Record<string, FieldValue>> {
  if (countFields(body) > MAX_FIELDS) throw createMalformedBodyFailure([`the form has more than ${MAX_FIELDS} fields`]);
  const problems: string[] = [];
  const fields = new Map<string, FieldValue>();
  for (const [index, pair] of decodeUtf8(body).split('&').entries()) {
    if (pair !== '') addField(fields, pair, (problem) => problems.push(`field ${index + 1} ${problem}`));
  }
  if (problems.length > 0) throw createMalformedBodyFailure(problems);
  return Object.fromEntries(fields);
}

/** Upper bound of the number of fields. */
function countFields(body: Buffer): number {
  let count = 1;
  for (let at = body.indexOf(AMPERSAND); at !== -1 && count <= MAX_FIELDS; at = body.indexOf(AMPERSAND, at + 1))
    count += 1;
  return count;
}

function addField(fields: Map<string, FieldValue>, pair: string, report: (problem: string) => void): void {
  const end = pair.indexOf('=');
  const name = decode(end === -1 ? pair : pair.slice(0, end));
  const value = decode(end === -1 ? '' : pair.slice(end + 1));
  if (name === undefined || value === undefined) return report('has an invalid percent-encoding');
  if (name === '__proto__') return report('is named __proto__');
  const before = fields.get(name);
  if (before === undefined) fields.set(name, value);
  else if (typeof before === 'string') fields.set(name, [before, value]);
  else before.push(value);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    // Only invalid percent-encoding throws.
    return undefined;
  }
}

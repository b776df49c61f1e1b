import { findInexactNumbers, type NumberRange, findNumberPointer } from '@trunkline/failures';
import { decodeText } from '../response/decode-text';
import { UnreadableBodyError } from '../response/unreadable-body-error';

/** The values of the setting `numbers`. */
export const NUMBER_RULES = ['exact', 'text', 'lenient'] as const;

/**
 * The treatment of a number whose digits a double cannot hold, such as 9007199254740993 or 1e400.
 *
 * - `exact`: the response is rejected
 * - `text`: the number is read as a string of its digits
 * - `lenient`: the number is rounded to the nearest double
 */
export type NumberRule = (typeof NUMBER_RULES)[number];

/** Deeper values would overflow the stack of recursive code that processes them; some does at 5 000. */
const MAX_DEPTH = 512;
/** Longest pointer in a message. */
const MAX_POINTER_LENGTH = 200;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `{` and `[`, `}` and `]` differ in one bit. */
const BRACE_BIT = 0x20;
const OPENING = 0x5b;
const CLOSING = 0x5d;

/**
 * Parses bytes as JSON (RFC 8259).
 *
 * @param charset - as the response declares it; default UTF-8
 * @throws {UnreadableBodyError} when the text is not in its charset, not JSON, nested too deep, or has a number that the rule forbids
 */
export function parseJson(bytes: Uint8Array, numbers: NumberRule, charset?: string): unknown {
  const text = decodeText(bytes, charset);
  // Nesting takes two characters a level: most bodies are too short to be too deep.
  if (text.length > 2 * MAX_DEPTH && isTooDeep(charset === undefined ? bytes : Buffer.from(text)))
    throw new UnreadableBodyError('is nested too deep');
  const value = parseText(text);
  if (numbers === 'lenient') return value;
  const places = findInexactNumbers(text);
  if (places.length === 0) return value;
  if (numbers === 'text') return parseText(quoteNumbers(text, places));
  throw new UnreadableBodyError(`has a number at ${describePlace(text, places)} that a double cannot hold`);
}

function parseText(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw new UnreadableBodyError('is not JSON');
  }
}

function quoteNumbers(text: string, places: readonly NumberRange[]): string {
  let quoted = '';
  let from = 0;
  for (const { start, end } of places) {
    quoted += `${text.slice(from, start)}"${text.slice(start, end)}"`;
    from = end;
  }
  return quoted + text.slice(from);
}

function describePlace(text: string, [first]: readonly NumberRange[]): string {
  const pointer = first && findNumberPointer(text, first);
  return pointer === undefined || pointer.length > MAX_POINTER_LENGTH ? 'a place without a short pointer' : pointer;
}

function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === QUOTE) index = findStringEnd(bytes, index);
    else if ((byte & ~BRACE_BIT) === OPENING) depth += 1;
    else if ((byte & ~BRACE_BIT) === CLOSING) depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

function findStringEnd(bytes: Uint8Array, start: number): number {
  let index = start + 1;
  while (index < bytes.length && bytes[index] !== QUOTE) index += bytes[index] === BACKSLASH ? 2 : 1;
  return index;
}

import { violationAt } from '../violations/violation';

const QUOTE = 0x22;
const PLUS = 0x2b;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;
const UPPER_E = 0x45;
const LOWER_E = 0x65;

/** Significant digits that identify every double, and that many languages print (IEEE 754 §5.12.2). */
const MAX_DOUBLE_DIGITS = 17;

/** Numbers with fewer than 16 digits and no exponent are exact (IEEE 754 preserves 15 digits). Most JSON has no others. */
const INEXACT_CANDIDATE = /[:[,\s]-?(?:\d[\d.]{15}|[\d.]+[eE])/;

/** The range of a number in a JSON text: the offsets of its first character and of the character after its last. */
export interface NumberRange {
  readonly start: number;
  readonly end: number;
}

const NO_RANGES: readonly NumberRange[] = [];

/**
 * Finds the numbers of a JSON text that a double cannot hold: those for which {@link isExactNumber} is false.
 *
 * Costs one pass of a regular expression if no number has 16 digits or an exponent.
 *
 * @param json - a valid JSON text, without a byte order mark
 */
export function findInexactNumbers(json: string): readonly NumberRange[] {
  if (!INEXACT_CANDIDATE.test(json) && !isNumberStart(json.charCodeAt(0))) return NO_RANGES;
  const found: NumberRange[] = [];
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) at = findStringEnd(json, at);
    else if (isNumberStart(code)) {
      const end = findNumberEnd(json, at);
      if (!isExactNumber(json.slice(at, end))) found.push({ start: at, end });
      at = end - 1;
    }
  }
  return found;
}

/**
 * Checks that a decimal number survives as a double: the double prints as the same number, in any notation (`1.0`, `1e2`, `100e-2`).
 * Others lose digits (RFC 8259 §6, RFC 7493 §2.2): 9007199254740993, 1e400, 1e-400, 3.141592653589793238.
 *
 * A fraction is also compared with the 17 digits of its double: PHP and C print 0.1 as `0.10000000000000001`.
 *
 * @param literal - a number in JSON notation
 */
export function isExactNumber(literal: string): boolean {
  const value = Number(literal);
  if (!Number.isFinite(value)) return false;
  const sent = normalizeNumber(literal);
  if (normalizeNumber(String(value)) === sent) return true;
  return !Number.isInteger(value) && normalizeNumber(value.toPrecision(MAX_DOUBLE_DIGITS)) === sent;
}

/** Finds the JSON Pointer of a number in a JSON text, as a URI fragment; `undefined` if a duplicate member replaces it. */
export function findNumberPointer(json: string, { start, end }: NumberRange): string | undefined {
  let mark = '\u{e000}';
  while (json.includes(mark)) mark += '\u{e000}';
  const marked: unknown = JSON.parse(`${json.slice(0, start)}"${mark}"${json.slice(end)}`);
  const path = findPath(marked, mark);
  return path && violationAt(path, '', '').pointer;
}

function findPath(value: unknown, wanted: string): readonly string[] | undefined {
  if (value === wanted) return [];
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const below = findPath(member, wanted);
    if (below) return [name, ...below];
  }
  return undefined;
}

/** Converts a number to significant digits and exponent, without leading and trailing zeros and sign: equal texts are equal numbers. */
function normalizeNumber(literal: string): string {
  const unsigned = literal.startsWith('-') ? literal.slice(1) : literal;
  const [mantissa = '', exponent = '0'] = unsigned.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = whole + fraction;
  let start = 0;
  while (digits.charCodeAt(start) === ZERO) start += 1;
  // No regular expression: /0+$/ takes quadratic time for a long run of zeros.
  let end = digits.length;
  while (end > start && digits.charCodeAt(end - 1) === ZERO) end -= 1;
  if (start === end) return '0';
  return `${digits.slice(start, end)}e${Number(exponent) - fraction.length + digits.length - end}`;
}

function isNumberStart(code: number): boolean {
  return code === MINUS || (code >= ZERO && code <= NINE);
}

function findNumberEnd(json: string, start: number): number {
  let end = start + 1;
  while (isNumberPart(json.charCodeAt(end))) end += 1;
  return end;
}

function isNumberPart(code: number): boolean {
  return isNumberStart(code) || code === DOT || code === LOWER_E || code === UPPER_E || code === PLUS;
}

/** Finds the closing quote of the string that opens at `start`. */
function findStringEnd(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json.charCodeAt(at) !== QUOTE) at += json.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

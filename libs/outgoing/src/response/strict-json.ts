import { UnreadableBodyError } from './unreadable-body-error';

/** Deeper values make the recursive code that they pass through later overflow its stack: some does at 5 000. */
const MOST_DEPTH = 512;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `{` and `[`, `}` and `]` differ in one bit. */
const BRACE_BIT = 0x20;
const OPENING = 0x5b;
const CLOSING = 0x5d;

/** Refuses what is not UTF-8 instead of mending it; takes no notice of a byte order mark (RFC 8259 §8.1). */
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads JSON (RFC 8259) of bytes.
 *
 * @throws {UnreadableBodyError} when it is not UTF-8, not JSON, or nested too deep
 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  // Nesting takes two bytes a level: most bodies are too short to be too deep.
  if (bytes.length > 2 * MOST_DEPTH && isTooDeep(bytes)) throw new UnreadableBodyError('is nested too deep');
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw new UnreadableBodyError('is not JSON');
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new UnreadableBodyError('is not UTF-8');
  }
}

function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === QUOTE) index = endOfString(bytes, index);
    else if ((byte & ~BRACE_BIT) === OPENING) depth += 1;
    else if ((byte & ~BRACE_BIT) === CLOSING) depth -= 1;
    if (depth > MOST_DEPTH) return true;
  }
  return false;
}

function endOfString(bytes: Uint8Array, start: number): number {
  let index = start + 1;
  while (index < bytes.length && bytes[index] !== QUOTE) index += bytes[index] === BACKSLASH ? 2 : 1;
  return index;
}

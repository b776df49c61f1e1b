import { randomFillSync } from 'node:crypto';

/** Crockford's base 32: digits and letters without I, L, O and U. */
const DIGITS = Buffer.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 'latin1');

const TIME_DIGITS = 10;
const LENGTH = 26;
const IDS_PER_FILL = 256;

const randomPool = new Uint8Array((LENGTH - TIME_DIGITS) * IDS_PER_FILL);
const idBytes = Buffer.alloc(LENGTH);
let usedBytes = randomPool.length;
let writtenTimeMs = -1;

/**
 * Creates a correlation id: a ULID of 26 characters in Crockford's base 32, with 48 bits of milliseconds since 1970 and 80 random bits from a
 * cryptographic source. Sorted as text, ids are ordered by their milliseconds (github.com/ulid/spec).
 */
export function createCorrelationId(): string {
  const nowMs = Date.now();
  if (nowMs !== writtenTimeMs) {
    writtenTimeMs = nowMs;
    writeTime(nowMs);
  }
  if (usedBytes === randomPool.length) {
    // One call for many ids, since the call dominates the cost of an id.
    randomFillSync(randomPool);
    usedBytes = 0;
  }
  for (let index = TIME_DIGITS; index < LENGTH; index += 1)
    idBytes[index] = DIGITS[(randomPool[usedBytes++] ?? 0) & 31] ?? 0;
  // Concatenated strings would form a rope, which the first header check has to flatten.
  return idBytes.toString('latin1');
}

const ACCEPTED = /^[A-Za-z0-9._-]{1,128}$/;

/** Checks a correlation id of a client: 1 to 128 letters, digits, dots, underscores and hyphens, since it appears in headers and logs. */
export function isCorrelationId(text: string): boolean {
  return ACCEPTED.test(text);
}

function writeTime(ms: number): void {
  let rest = ms;
  for (let index = TIME_DIGITS - 1; index >= 0; index -= 1) {
    idBytes[index] = DIGITS[rest % 32] ?? 0;
    rest = Math.floor(rest / 32);
  }
}

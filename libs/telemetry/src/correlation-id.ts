import { randomFillSync } from 'node:crypto';

/** Crockford's base 32: digits and letters but I, L, O and U. */
const DIGITS = Buffer.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 'latin1');

const TIME_DIGITS = 10;
const LENGTH = 26;
const IDS_PER_FILL = 256;

const randomPool = new Uint8Array((LENGTH - TIME_DIGITS) * IDS_PER_FILL);
const idBytes = Buffer.alloc(LENGTH);
let usedBytes = randomPool.length;
let writtenTimeMs = -1;

/**
 * A new correlation id: a ULID, 26 characters of Crockford's base 32. 48 bits of milliseconds since 1970, then 80 bits from a
 * cryptographic source; sorted as text, ids are in the order of their milliseconds (github.com/ulid/spec).
 */
export function createCorrelationId(): string {
  const nowMs = Date.now();
  if (nowMs !== writtenTimeMs) {
    writtenTimeMs = nowMs;
    writeTime(nowMs);
  }
  if (usedBytes === randomPool.length) {
    // One call for many ids: the call costs as much as the rest of an id several times over.
    randomFillSync(randomPool);
    usedBytes = 0;
  }
  for (let index = TIME_DIGITS; index < LENGTH; index += 1)
    idBytes[index] = DIGITS[(randomPool[usedBytes++] ?? 0) & 31] ?? 0;
  // Put together of strings it would be a rope, that the first header check has to flatten.
  return idBytes.toString('latin1');
}

const ACCEPTED = /^[A-Za-z0-9._-]{1,128}$/;

/** May a caller's text be a correlation id? 1 to 128 letters, digits, dots, underscores and hyphens: it ends up in headers and logs. */
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

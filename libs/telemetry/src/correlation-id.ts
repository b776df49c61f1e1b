import { randomFillSync } from 'node:crypto';

/** Crockford's base 32: digits and letters but I, L, O and U. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Two digits at a time, since an id is made for every request. */
const PAIRS: readonly string[] = Array.from({ length: 1_024 }, (_, value) => digit(value >> 5) + digit(value & 31));

const TIME_DIGITS = 10;
const RANDOM_PAIRS = 8;
const IDS_PER_FILL = 256;

const pool = new Uint16Array(RANDOM_PAIRS * IDS_PER_FILL);
let used = pool.length;
let timeMs = -1;
let timeText = '';

/**
 * A new correlation id: a ULID, 26 characters of Crockford's base 32. 48 bits of milliseconds since 1970, then 80 bits from a
 * cryptographic source; sorted as text, ids are in the order of their milliseconds (github.com/ulid/spec).
 */
export function newCorrelationId(): string {
  const nowMs = Date.now();
  if (nowMs !== timeMs) {
    timeMs = nowMs;
    timeText = timeDigits(nowMs);
  }
  if (used === pool.length) {
    // One call for many ids: the call costs as much as the rest of an id several times over.
    randomFillSync(pool);
    used = 0;
  }
  let id = timeText;
  const end = used + RANDOM_PAIRS;
  while (used < end) id += PAIRS[(pool[used++] ?? 0) & 1_023];
  return id;
}

const ACCEPTED = /^[A-Za-z0-9._-]{1,128}$/;

/** May a caller's text be a correlation id? 1 to 128 letters, digits, dots, underscores and hyphens: it ends up in headers and logs. */
export function isCorrelationId(text: string): boolean {
  return ACCEPTED.test(text);
}

function timeDigits(ms: number): string {
  let digits = '';
  let rest = ms;
  for (let count = 0; count < TIME_DIGITS; count++) {
    digits = digit(rest % 32) + digits;
    rest = Math.floor(rest / 32);
  }
  return digits;
}

function digit(value: number): string {
  return DIGITS.charAt(value);
}
